"""Who does what in an incident, as its page shows it: roles, responders, tasks, and who is here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tocsin.access.work import Look
from tocsin.features.alerts.rows import names_of
from tocsin.features.incidents.commands import Shown
from tocsin.features.incidents.commands.presence import here
from tocsin.features.incidents.commands.roles import Candidate, candidates_among
from tocsin.features.incidents.state import Incident, Offer, Responder, Task
from tocsin.features.incidents.terms import RoleName, TaskState
from tocsin.features.people.rows.people import PersonRow
from tocsin.foundation.phrase import phrase
from tocsin.ledger.words import shown
from tocsin.web.times import form_time
from tocsin.web.viewer import Viewer

TITLES: Final = {
    RoleName.COMMANDER: phrase("Incident commander"),
    RoleName.DEPUTY: phrase("Deputy"),
    RoleName.SCRIBE: phrase("Scribe"),
    RoleName.COMMUNICATIONS: phrase("Communications lead"),
}
BEING: Final = {
    RoleName.COMMANDER: phrase("incident commander"),
    RoleName.DEPUTY: phrase("deputy"),
    RoleName.SCRIBE: phrase("scribe"),
    RoleName.COMMUNICATIONS: phrase("communications lead"),
}
"""What somebody is asked to be, within a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What is read of the people of an incident, at the moment of the rest of its page."""

    called: Mapping[str, str]
    candidates: Sequence[Candidate]
    present: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleLine:
    """A role as a line of the rail."""

    role: RoleName
    title: str
    being: str
    holder: str | None
    since: datetime | None
    offer: Offer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task as a line of the rail. `due_written` is its time as a form holds it, empty for none."""

    id: str
    title: str
    state: TaskState
    owner: str | None
    due: datetime | None
    due_written: str
    is_overdue: bool


def read(look: Look, found: Shown, people: Sequence[PersonRow]) -> Shared:
    """The names of the people of an incident, who can be chosen, and who is here."""
    present = here(look, found)
    ids = _people_in(found.incident) | set(present)
    called = names_of(look.rows, ids)
    return Shared(
        called=called,
        candidates=candidates_among(found.incident, people),
        present=sorted(present, key=lambda one: called.get(one, one)),
    )


def values(incident: Incident, shared: Shared, viewer: Viewer) -> dict[str, Any]:
    """What the templates of roles and tasks are given."""
    lines = [_role(incident, role) for role in RoleName]
    tasks = [_task(task, viewer) for task in _in_order(incident)]
    return {
        "who": shared.called,
        "roles": lines,
        "offered": [line for line in lines if line.offer and line.offer.person == viewer.person],
        "responders": _engaged(incident),
        "candidates": shared.candidates,
        "present": shared.present,
        "tasks": tasks,
        "settled": [_task(task, viewer) for task in incident.tasks if not task.is_open],
        "words_of": shown,
    }


def _role(incident: Incident, role: RoleName) -> RoleLine:
    since = {held.role: held.since for held in incident.holders}
    if role is RoleName.COMMANDER and incident.commander_since is not None:
        since[role] = incident.commander_since
    return RoleLine(
        role=role,
        title=TITLES[role],
        being=BEING[role],
        holder=incident.holder_of(role),
        since=since.get(role),
        offer=incident.offer_of(role) if incident.is_open else None,
    )


def _engaged(incident: Incident) -> list[Responder]:
    return [one for one in incident.responders if one.stood_down_at is None]


def _in_order(incident: Incident) -> list[Task]:
    """What is due next first; what has no time, in the order in which it was added."""
    dated = sorted((task for task in incident.open_tasks if task.due), key=_due)
    return [*dated, *(task for task in incident.open_tasks if task.due is None)]


def _due(task: Task) -> datetime:
    assert task.due is not None
    return task.due


def _task(task: Task, viewer: Viewer) -> TaskLine:
    return TaskLine(
        id=task.id,
        title=shown(task.title),
        state=task.state,
        owner=task.owner,
        due=task.due,
        due_written="" if task.due is None else form_time(task.due, viewer.tz),
        is_overdue=task.is_open and task.due is not None and task.due < viewer.now,
    )


def _people_in(incident: Incident) -> set[str]:
    offers = {id_ for offer in incident.offers for id_ in (offer.person, offer.by)}
    held = {incident.holder_of(role) or "" for role in RoleName}
    owners = {task.owner or "" for task in incident.tasks}
    return offers | held | owners | {one.person for one in incident.responders}
