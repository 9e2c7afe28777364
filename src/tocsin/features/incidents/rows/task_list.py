"""Somebody's tasks, or everybody's, across the incidents that a viewer may see: due first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from tocsin.access.work import Look
from tocsin.features.incidents.rows import INCIDENTS
from tocsin.features.incidents.rows.tasks import TASKS
from tocsin.features.incidents.terms import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One task, with the incident that it is about."""

    task: str
    title: str
    person: str | None
    state: str
    due: datetime | None
    due_or_last: datetime
    added_at: datetime
    reference: str
    about: str
    severity: int
    mode: str
    is_restricted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksWanted:
    """Which tasks a list shall hold. `after` is where the page before ended."""

    person: str | None = None
    state: TaskState | None = TaskState.OPEN
    after: tuple[datetime, str] | None = None
    limit: int = 50


SHOWN: Final[list[ColumnElement[Any]]] = [
    *(TASKS.c[name] for name in TaskRow.__dataclass_fields__ if name in TASKS.c),
    INCIDENTS.c.reference,
    INCIDENTS.c.title.label("about"),
    INCIDENTS.c.severity,
    INCIDENTS.c.mode,
    INCIDENTS.c.is_restricted,
]
ORDER: Final = (TASKS.c.due_or_last, TASKS.c.task)


def task_list(look: Look, wanted: TasksWanted) -> list[TaskRow]:
    """The tasks that are wanted, those due next first, of incidents that the actor may see."""
    query = _filtered(select(*SHOWN).join_from(TASKS, INCIDENTS, _OF), wanted)
    if wanted.after is not None:
        types = [column.type for column in ORDER]
        query = query.where(tuple_(*ORDER) > tuple_(*wanted.after, types=types))
    seen = look.only_visible(INCIDENTS, query.order_by(*ORDER).limit(wanted.limit))
    last = seen.selected_columns
    ordered = seen.order_by(None).order_by(last.due_or_last, last.task).limit(wanted.limit)
    return [TaskRow(**row._mapping) for row in look.rows.execute(ordered)]


def counted_tasks(look: Look, wanted: TasksWanted) -> int:
    """How many tasks are wanted, of incidents that the actor may see."""
    number: Select[Any] = select(func.count().label("number"))  # pyright: ignore[reportAssignmentType]
    query = _filtered(number.join_from(TASKS, INCIDENTS, _OF), wanted)
    return sum(row.number for row in look.rows.execute(look.only_visible(INCIDENTS, query)))


_OF: Final = TASKS.c.owner == INCIDENTS.c.id


def _filtered(query: Select[Any], wanted: TasksWanted) -> Select[Any]:
    if wanted.person is not None:
        query = query.where(TASKS.c.person == wanted.person)
    if wanted.state is not None:
        query = query.where(TASKS.c.state == wanted.state.value)
    return query
