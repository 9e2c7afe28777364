"""What adding, assigning and settling tasks means."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from tocsin.features.incidents.events.tasks import (
    TaskAdded,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskDueChanged,
    TaskEvent,
    TaskReopened,
    TaskReworded,
)
from tocsin.features.incidents.state import Incident, Task
from tocsin.features.incidents.terms import TaskState
from tocsin.ledger.entry import Recorded

Later = TaskAssigned | TaskDone | TaskReopened | TaskDropped | TaskReworded | TaskDueChanged


def tasked(incident: Incident, event: TaskEvent, on: Recorded) -> Incident:
    """The incident with a task more, or one of them changed."""
    if isinstance(event, TaskAdded):
        return replace(incident, tasks=(*incident.tasks, _added(event, on.at)))
    tasks = tuple(
        _changed(task, event, on.at) if task.id == event.task else task for task in incident.tasks
    )
    return replace(incident, tasks=tasks)


def _added(event: TaskAdded, at: datetime) -> Task:
    return Task(id=event.task, title=event.title, owner=event.owner, due=event.due, added_at=at)


def _changed(task: Task, event: Later, at: datetime) -> Task:
    match event:
        case TaskAssigned():
            return replace(task, owner=event.owner)
        case TaskReworded():
            return replace(task, title=event.title)
        case TaskDueChanged():
            return replace(task, due=event.due)
        case TaskDone():
            return replace(task, state=TaskState.DONE, settled_at=at)
        case TaskDropped():
            return replace(task, state=TaskState.DROPPED, settled_at=at)
        case TaskReopened():
            return replace(task, state=TaskState.OPEN, settled_at=None)
        case _:
            assert_never(event)
