"""What an incident is, at one moment of its life."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.terms import (
    Basis,
    BulkDeed,
    DataClass,
    Degree,
    EvidenceKind,
    ImpactFact,
    Mode,
    Phase,
    RoleName,
    Standing,
    TaskState,
    ViewAudience,
)
from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactPeriod:
    """One stretch of harm. Reopening begins another and leaves this one alone. `seq` states it."""

    seq: int
    began: datetime
    ended: datetime | None = None
    degree: Degree = Degree.DEGRADED
    planned: bool = False
    basis: Basis = Basis.ESTIMATED
    service: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An instant that a regime counts from, as a person stated it."""

    seq: int
    anchor: str
    instant: datetime
    regime: str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """An impact fact with the entry that states it."""

    seq: int
    at: datetime
    fact: ImpactFact
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file of the record. Its bytes are kept elsewhere, sealed; `sha256` is that of them in plain."""

    id: str
    seq: int
    at: datetime
    by: str
    name: Words
    kind: EvidenceKind
    data_class: DataClass
    media_type: str
    size: int
    sha256: str
    standing: Standing
    description: Words | None = None
    source: Words | None = None
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Whether its bytes are still there."""
        return self.standing not in (Standing.REFUSED, Standing.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word by which it is found again. `seq` is the entry that put it there."""

    seq: int
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How it stands, as somebody said last. What they left out is None."""

    at: datetime
    by: str
    happening: Words | None = None
    belief: Words | None = None
    next_steps: Words | None = None
    next_update_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedChange:
    """A change or deploy, by its name, and the part that it had in the incident."""

    change: str
    role: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld:
    """Who holds a role other than the command, and since when."""

    role: RoleName
    person: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A role that somebody was asked to take, and has not answered yet."""

    role: RoleName
    person: str
    by: str
    at: datetime
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who works on it, or did until they stood down."""

    person: str
    since: datetime
    stood_down_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to be done about it. `settled_at` is when it was done or dropped."""

    id: str
    title: Words
    added_at: datetime
    owner: str | None = None
    due: datetime | None = None
    state: TaskState = TaskState.OPEN
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state is TaskState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as its history left it. `asides` counts the entries that are for an audience alone."""

    reference: str
    title: Words
    severity: int
    mode: Mode
    phase: Phase
    declared_at: datetime
    declared_by: str
    impacts: tuple[ImpactPeriod, ...]
    phase_since: datetime
    service: str | None = None
    team: str | None = None
    rule: str | None = None
    template: str | None = None
    template_version: int | None = None
    commander: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    actionability: Actionability | None = None
    alerts: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    facts: tuple[StatedFact, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    situation: Situation | None = None
    changes: tuple[MarkedChange, ...] = ()
    restricted_to: frozenset[str] | None = None
    tags: tuple[Tag, ...] = ()
    perhaps_same: tuple[str, ...] = ()
    commander_since: datetime | None = None
    holders: tuple[RoleHeld, ...] = ()
    offers: tuple[Offer, ...] = ()
    responders: tuple[Responder, ...] = ()
    followers: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    updated_at: datetime | None = None
    asides: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still needs somebody."""
        return self.phase not in (Phase.RESOLVED, Phase.CLOSED)

    @property
    def ongoing(self) -> tuple[ImpactPeriod, ...]:
        """The periods of harm that nobody has ended."""
        return tuple(period for period in self.impacts if period.ended is None)

    @property
    def engaged(self) -> tuple[str, ...]:
        """Who works on it now."""
        return tuple(one.person for one in self.responders if one.stood_down_at is None)

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What is still to be done."""
        return tuple(task for task in self.tasks if task.is_open)

    def holder_of(self, role: RoleName) -> str | None:
        """Who holds a role."""
        if role is RoleName.COMMANDER:
            return self.commander
        return next((held.person for held in self.holders if held.role is role), None)

    def offer_of(self, role: RoleName) -> Offer | None:
        """The offer of a role that waits for an answer."""
        return next((offer for offer in self.offers if offer.role is role), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A list of incidents that somebody keeps under a name. `query` is that of its address."""

    name: Words
    query: Words
    audience: ViewAudience
    owner: str
    team: str | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What came of a deed for one incident, and of its undoing."""

    row: int
    incident: str | None
    changed: bool
    refusal: str | None
    reason: Words | None
    before: str | None
    mark: int | None
    undone: bool = False
    undo_refusal: str | None = None
    undo_reason: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """One deed on several incidents. `at` is when the last of them was handled."""

    deed: BulkDeed
    rows: int
    by: str
    at: datetime
    commander: str | None = None
    actionability: Actionability | None = None
    other: str | None = None
    tag: Words | None = None
    results: tuple[RowResult, ...] = ()
