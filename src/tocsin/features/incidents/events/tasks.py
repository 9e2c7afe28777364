"""What is to be done about it, and what became of that. `task` is a task's id."""

from datetime import datetime

from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.task_added")
class TaskAdded:
    """Something is to be done, by somebody in particular or not, until an instant or not."""

    task: str
    title: Words
    owner: str | None = None
    due: datetime | None = None


@event("incident.task_assigned")
class TaskAssigned:
    """A task is somebody's from now on; nobody's where `owner` is None."""

    task: str
    title: Words
    owner: str | None = None


@event("incident.task_done")
class TaskDone:
    """A task was done."""

    task: str
    title: Words


@event("incident.task_reopened")
class TaskReopened:
    """A task that was done or dropped is to be done after all."""

    task: str
    title: Words


@event("incident.task_dropped")
class TaskDropped:
    """A task need not be done."""

    task: str
    title: Words
    reason: Words | None = None


@event("incident.task_reworded")
class TaskReworded:
    """What is to be done was said in other words; `was` are those of before."""

    task: str
    title: Words
    was: Words


@event("incident.task_due_changed")
class TaskDueChanged:
    """A task is due at another instant from now on; at none in particular where `due` is None."""

    task: str
    title: Words
    due: datetime | None = None


TaskEvent = (
    TaskAdded | TaskAssigned | TaskDone | TaskReopened | TaskDropped | TaskReworded | TaskDueChanged
)
