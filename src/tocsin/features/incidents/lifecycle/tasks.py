"""What is to be done about it. Doing a thing twice changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tocsin.features.incidents.events.tasks import (
    TaskAdded,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskDueChanged,
    TaskReopened,
    TaskReworded,
)
from tocsin.features.incidents.lifecycle.life import Decision
from tocsin.features.incidents.state import Incident, Task
from tocsin.features.incidents.terms import Phase, TaskState
from tocsin.foundation.phrase import phrase, term
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words

MOST_TASKS: Final = 200


@dataclass(frozen=True, slots=True)
class Due:
    """Until when something is to be done; None where that is at no time in particular."""

    at: datetime | None


def add_task(incident: Incident, added: TaskAdded) -> Decision:
    """Say that something is to be done. Refuses `already_closed`, `too_many_tasks`."""
    _must_not_be_closed(incident)
    if len(incident.tasks) >= MOST_TASKS:
        raise Refused(
            "too_many_tasks", phrase("An incident has %(most)s tasks at most.", most=MOST_TASKS)
        )
    return [added]


def assign_task(incident: Incident, *, task: str, owner: str | None) -> Decision:
    """Say whose it is. Refuses `task_done`, `task_dropped`."""
    found = the_task(incident, task)
    _must_be(found, TaskState.OPEN)
    if found.owner == owner:
        return []
    return [TaskAssigned(task=task, title=found.title, owner=owner)]


def change_task(incident: Incident, *, task: str, title: Words | None, due: Due | None) -> Decision:
    """Say in other words what is to be done, or until when; what is None stays as it is.

    Refuses `already_closed`, `task_done`, `task_dropped`.
    """
    _must_not_be_closed(incident)
    found = the_task(incident, task)
    _must_be(found, TaskState.OPEN)
    said = found.title if title is None else title
    changes: Decision = []
    if said != found.title:
        changes.append(TaskReworded(task=task, title=said, was=found.title))
    if due is not None and due.at != found.due:
        changes.append(TaskDueChanged(task=task, title=said, due=due.at))
    return changes


def finish_task(incident: Incident, *, task: str) -> Decision:
    """Say that it is done. Refuses `task_dropped`."""
    found = the_task(incident, task)
    _must_be(found, TaskState.OPEN, TaskState.DONE)
    return [TaskDone(task=task, title=found.title)] if found.is_open else []


def reopen_task(incident: Incident, *, task: str) -> Decision:
    """Say that it is to be done after all."""
    found = the_task(incident, task)
    return [] if found.is_open else [TaskReopened(task=task, title=found.title)]


def drop_task(incident: Incident, *, task: str, reason: Words | None) -> Decision:
    """Say that it need not be done. Refuses `task_done`."""
    found = the_task(incident, task)
    _must_be(found, TaskState.OPEN, TaskState.DROPPED)
    return [TaskDropped(task=task, title=found.title, reason=reason)] if found.is_open else []


def the_task(incident: Incident, task: str) -> Task:
    """One task of an incident. Refuses `unknown_task`."""
    found = next((one for one in incident.tasks if one.id == task), None)
    if found is None:
        raise Refused("unknown_task", phrase("This incident has no task %(task)s.", task=task))
    return found


def _must_not_be_closed(incident: Incident) -> None:
    if incident.phase is Phase.CLOSED:
        raise Refused("already_closed", "This incident is closed. Reopen it first.")


def _must_be(task: Task, *states: TaskState) -> None:
    if task.state not in states:
        raise Refused(
            f"task_{task.state}",
            phrase("This task is %(state)s. Reopen it first.", state=term(task.state)),
        )
