"""What is to be done about it. Doing a thing twice changes nothing."""

from typing import Final

from tocsin.features.incidents.events.tasks import (
    TaskAdded,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskReopened,
)
from tocsin.features.incidents.lifecycle.life import Decision
from tocsin.features.incidents.state import Incident, Task
from tocsin.features.incidents.terms import Phase, TaskState
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words

MOST_TASKS: Final = 200


def add_task(incident: Incident, added: TaskAdded) -> Decision:
    """Say that something is to be done. Refuses `already_closed`, `too_many_tasks`."""
    if incident.phase is Phase.CLOSED:
        raise Refused("already_closed", "This incident is closed. Reopen it first.")
    if len(incident.tasks) >= MOST_TASKS:
        raise Refused("too_many_tasks", f"An incident has {MOST_TASKS} tasks at most.")
    return [added]


def assign_task(incident: Incident, *, task: str, owner: str | None) -> Decision:
    """Say whose it is. Refuses `task_done`, `task_dropped`."""
    found = the_task(incident, task)
    _must_be(found, TaskState.OPEN)
    if found.owner == owner:
        return []
    return [TaskAssigned(task=task, title=found.title, owner=owner)]


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
        raise Refused("unknown_task", f"This incident has no task {task}.")
    return found


def _must_be(task: Task, *states: TaskState) -> None:
    if task.state not in states:
        raise Refused(f"task_{task.state}", f"This task is {task.state}. Reopen it first.")
