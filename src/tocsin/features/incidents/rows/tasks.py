"""The tasks of incidents as rows, to find what is somebody's across incidents."""

from typing import Any, Final

from sqlalchemy import Column, Index, Table, Text

from tocsin.features.incidents.rules.clocks import LAST
from tocsin.features.incidents.state import Incident, Task
from tocsin.ledger.words import shown
from tocsin.storage.columns import METADATA, Instant

TASKS: Final = Table(
    "incident_task",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("task", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("person", Text),
    Column("state", Text, nullable=False),
    Column("due", Instant),
    Column("due_or_last", Instant, nullable=False),
    Column("added_at", Instant, nullable=False),
    Index("incident_task_by_person", "person", "state", "due_or_last", "task"),
    Index("incident_task_by_state", "state", "due_or_last", "task"),
)
"""`owner` is the incident, as in every table beside it; `person` is whose task it is."""


def tasked(incident: Incident) -> list[dict[str, Any]]:
    """The rows for the tasks of an incident."""
    return [_row(task) for task in incident.tasks]


def _row(task: Task) -> dict[str, Any]:
    return {
        "task": task.id,
        "title": shown(task.title),
        "person": task.owner,
        "state": task.state.value,
        "due": task.due,
        "due_or_last": task.due or LAST,
        "added_at": task.added_at,
    }
