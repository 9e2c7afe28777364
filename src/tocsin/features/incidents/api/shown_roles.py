"""The shapes in which the API shows who does what in an incident."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.api.told import PersonShown
from tocsin.features.incidents.terms import RoleName, TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferShown:
    """A role that waits for somebody's answer."""

    person: PersonShown
    by: PersonShown
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleShown:
    """A role, who holds it since when, and to whom it is offered."""

    role: RoleName
    holder: PersonShown | None
    since: datetime | None
    offer: OfferShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponderShown:
    """Somebody who works on it, or stood down."""

    person: PersonShown
    since: datetime
    stood_down_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShown:
    """Something to be done. `settled_at` is when it was done or dropped."""

    id: str
    title: str
    state: TaskState
    owner: PersonShown | None
    due: datetime | None
    added_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateShown:
    """Somebody to choose, or why they cannot be chosen: a code, and words to go after the name."""

    person: PersonShown
    can_be_chosen: bool
    code: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleList:
    """The roles of an incident."""

    items: list[RoleShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateList:
    """The people who may be thought of."""

    items: list[CandidateShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceList:
    """The people who have the page of an incident open now."""

    items: list[PersonShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """The tasks of an incident, in the order in which they were added."""

    items: list[TaskShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTaskShown:
    """A task in a list across incidents."""

    task: str
    title: str
    state: TaskState
    owner: PersonShown | None
    due: datetime | None
    added_at: datetime
    incident: str
    incident_title: str
    severity: int
    mode: str
    is_restricted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """A page of tasks, those due next first."""

    items: list[ListedTaskShown]
    next: str | None
