"""The shapes in which the API shows incidents. Nothing dense is among their fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.access.policy import Audience
from tocsin.api.told import PartShown, PersonShown
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.api.shown_roles import ResponderShown, RoleShown, TaskShown
from tocsin.features.incidents.rules.clocks import ClockOf
from tocsin.features.incidents.terms import Basis, Degree, Mode, Phase, Precision

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactShown:
    """One stretch of harm."""

    began: datetime
    ended: datetime | None
    degree: Degree
    planned: bool
    basis: Basis
    service: str | None
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorShown:
    """An instant that a regime counts from."""

    anchor: str
    instant: datetime
    regime: str | None
    by: PersonShown


@dataclass(frozen=True, slots=True, kw_only=True)
class FactShown:
    """A figure of harm as it stands."""

    name: str
    unit: str
    stated_at: datetime
    source: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    currency: str | None
    money_kind: str | None
    service: str | None
    region: str | None
    is_estimate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationShown:
    """How it stands, as somebody said. What they left out is null."""

    happening: str | None
    belief: str | None
    next_steps: str | None
    next_update_at: datetime | None
    stated_at: datetime
    stated_by: PersonShown


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """A change or deploy, and the part that it had: cause, fix or suspect, as said last."""

    change: str
    role: str
    marked_at: datetime
    marked_by: PersonShown


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentShown:
    """An incident."""

    reference: str
    title: str
    severity: int
    mode: Mode
    phase: Phase
    phase_since: datetime
    is_open: bool
    service: str | None
    team: str | None
    template: str | None
    template_version: int | None
    rule: str | None
    declared_at: datetime
    declared_by: PersonShown
    commander: PersonShown | None
    acknowledged_at: datetime | None
    acknowledged_by: PersonShown | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reopened: int
    actionability: Actionability | None
    alerts: int
    impacts: tuple[ImpactShown, ...]
    anchors: tuple[AnchorShown, ...]
    facts: tuple[FactShown, ...]
    situation: SituationShown | None
    changes: tuple[ChangeShown, ...]
    restricted_to: tuple[PersonShown, ...] | None
    roles: tuple[RoleShown, ...]
    responders: tuple[ResponderShown, ...]
    followers: tuple[PersonShown, ...]
    tasks: tuple[TaskShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedShown(IncidentShown):
    """An incident on which a note was written, with whom the note mentions.

    `unseeing` are the people among them, and in the teams among them, who may not read the note.
    """

    mentions: tuple[PersonShown, ...]
    unseeing: tuple[PersonShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShown:
    """What runs out next: the update that was promised, or a task that is due."""

    at: datetime
    of: ClockOf


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedShown:
    """One line of the list."""

    reference: str
    title: str
    severity: int
    mode: str
    phase: str
    service: str | None
    team: str | None
    commander: PersonShown | None
    alerts: int
    reopened: int
    declared_at: datetime
    updated_at: datetime
    next_clock: ClockShown | None
    tags: tuple[str, ...]
    is_restricted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertShown:
    """An alert that belongs to an incident."""

    id: str
    state: str
    title: str
    severity: str | None
    service: str | None
    labels: dict[str, str]
    signals: int
    starts_at: datetime
    received_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """One entry of the timeline: who, when, what, as a sentence in parts and as text.

    `id` is the viewer's own name for the entry; `corrects` the one it puts right, `corrected_by` the one
    that puts it right. `occurred_at`, `precision` and `basis` are what it states about the world, where
    it does. `audience` are those who alone may know of it; null where it is for everybody.
    """

    id: str
    kind: str
    recorded_at: datetime
    by: PersonShown
    text: str
    parts: tuple[PartShown, ...]
    occurred_at: datetime | None
    precision: Precision | None
    basis: Basis | None
    corrects: str | None
    corrected_by: str | None
    is_key_moment: bool
    audience: Audience | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """A page of the list. `next` is the cursor of the following one; null at the end."""

    items: list[ListedShown]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePage:
    """A page of a timeline, in the order in which the entries were recorded."""

    items: list[EntryShown]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """A page of an incident's alerts, in the order in which they joined."""

    items: list[AlertShown]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationPage:
    """A page of what was said of the situation, the last first."""

    items: list[SituationShown]
    next: str | None
