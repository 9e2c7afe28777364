"""Adding tasks, saying whose they are, and settling them."""

from datetime import datetime

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands.deciding import (
    Expected,
    Shown,
    decided,
    recorded,
    words,
)
from tocsin.features.incidents.commands.roles import must_be_eligible
from tocsin.features.incidents.events.tasks import TaskAdded
from tocsin.features.incidents.lifecycle import tasks as deciding
from tocsin.features.incidents.lifecycle.tasks import Due
from tocsin.features.incidents.rows.task_list import TaskRow, TasksWanted, task_list
from tocsin.features.incidents.rules.assigning import taken_apart
from tocsin.features.incidents.rules.mentions import words_after
from tocsin.features.incidents.rules.titles import task_of
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import TaskState
from tocsin.features.people.rows import handles
from tocsin.foundation.identifiers import new_id
from tocsin.ledger.words import Text


def add_task(
    work: UnitOfWork,
    reference: str,
    *,
    title: str,
    owner: str | None = None,
    due: datetime | None = None,
    expected: Expected = None,
) -> Shown:
    """Say that something is to be done."""
    with work.change(Permission.RESPOND) as change:
        said = Text(task_of(title))
        added = TaskAdded(task=new_id(change.now), title=said, owner=owner, due=due)

        def decide(incident: Incident) -> lifecycle.Decision:
            if owner is not None:
                must_be_eligible(change, incident, owner)
            return deciding.add_task(incident, added)

        return recorded(change, reference, decide, expected)


def add_task_in_a_line(
    work: UnitOfWork, reference: str, line: str, due: datetime | None = None
) -> Shown:
    """Say in one line what is to be done, and by whom: `Roll back @bob`."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        known = handles.beginning_with(look.rows, words_after(line))
    title, owner = taken_apart(line, known)
    return add_task(work, reference, title=title, owner=owner, due=due)


def assign_task(
    work: UnitOfWork,
    reference: str,
    *,
    task: str,
    owner: str | None,
    expected: Expected = None,
) -> Shown:
    """Say whose a task is, or that it is nobody's in particular."""
    with work.change(Permission.RESPOND) as change:

        def decide(incident: Incident) -> lifecycle.Decision:
            if owner is not None:
                must_be_eligible(change, incident, owner)
            return deciding.assign_task(incident, task=task, owner=owner)

        return recorded(change, reference, decide, expected)


def change_task(
    work: UnitOfWork,
    reference: str,
    *,
    task: str,
    title: str | None = None,
    due: Due | None = None,
    expected: Expected = None,
) -> Shown:
    """Say in other words what is to be done, or until when. What is None stays as it is."""
    said = None if title is None else Text(task_of(title))

    def decide(incident: Incident) -> lifecycle.Decision:
        return deciding.change_task(incident, task=task, title=said, due=due)

    return decided(work, reference, decide, expected=expected)


def settle_task(
    work: UnitOfWork,
    reference: str,
    *,
    task: str,
    state: TaskState,
    reason: str | None = None,
    expected: Expected = None,
) -> Shown:
    """Say that a task is done, need not be done, or is to be done after all."""

    def decide(incident: Incident) -> lifecycle.Decision:
        match state:
            case TaskState.DONE:
                return deciding.finish_task(incident, task=task)
            case TaskState.DROPPED:
                return deciding.drop_task(incident, task=task, reason=words(reason))
            case TaskState.OPEN:
                return deciding.reopen_task(incident, task=task)

    return decided(work, reference, decide, expected=expected)


def listed_tasks(work: UnitOfWork, wanted: TasksWanted) -> list[TaskRow]:
    """Tasks across the incidents that the actor may see."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return task_list(look, wanted)
