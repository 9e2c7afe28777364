"""Tasks from the page of an incident, and one's own across all of them."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.commands import Seen, tasks
from tocsin.features.incidents.lifecycle.tasks import Due, the_task
from tocsin.features.incidents.rows.task_list import TasksWanted, counted_tasks, task_list
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import TaskState
from tocsin.features.incidents.web.deeds import Deed, Onward, handler
from tocsin.features.people.rows.names import names
from tocsin.foundation.phrase import phrase
from tocsin.ledger.words import shown
from tocsin.web.forms import text
from tocsin.web.page import page
from tocsin.web.times import form_time, read_form_time
from tocsin.web.viewer import Viewer

Written = Mapping[str, Any]
HERE: Final = Onward("#tasks")
AT_MOST: Final = 200
VIEWS: Final = {
    "mine": phrase("Mine"),
    "everybody": phrase("Everybody's"),
    "done": phrase("Mine, done"),
}


def _add(work: UnitOfWork, viewer: Viewer, reference: str, fields: Written) -> object:
    due = read_form_time(text(fields, "due"), viewer.tz)
    tasks.add_task_in_a_line(work, reference, text(fields, "line"), due)
    return HERE


def _change(work: UnitOfWork, viewer: Viewer, reference: str, fields: Written) -> object:
    task = text(fields, "task")
    title, due = (_otherwise(fields, name) for name in ("title", "due"))
    until = None if due is None else Due(read_form_time(due, viewer.tz))
    seen = _as_it_stood(viewer, task, fields)
    tasks.change_task(work, reference, task=task, title=title, due=until, expected=seen)
    return HERE


def _otherwise(fields: Written, name: str) -> str | None:
    """What a form says in a field; None where that is what already stood in it."""
    said = text(fields, name)
    return None if said == text(fields, f"saw_{name}") else said


def _as_it_stood(viewer: Viewer, task: str, fields: Written) -> Seen:
    """Whether what a form changes of a task still is what its sender saw there."""

    def is_as_seen(incident: Incident) -> bool:
        it = the_task(incident, task)
        now = {"title": shown(it.title), "due": form_time(it.due, viewer.tz) if it.due else ""}
        changed = [name for name in now if _otherwise(fields, name) is not None]
        return all(text(now, name) == text(fields, f"saw_{name}") for name in changed)

    return is_as_seen


def _assign(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    task, owner = text(fields, "task"), text(fields, "owner") or None
    tasks.assign_task(work, reference, task=task, owner=owner)
    return HERE


def _settle(state: TaskState) -> Deed:
    def settle(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
        task, why = text(fields, "task"), text(fields, "reason")
        tasks.settle_task(work, reference, task=task, state=state, reason=why)
        return HERE

    return settle


@get("/tasks", sync_to_thread=True)
def mine(
    request: Request[Any, Any, Any],
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    view: FromQuery[str] = "mine",
) -> Response[str]:
    """List tasks across incidents, those due next first."""
    here = view if view in VIEWS else "mine"
    wanted = {one: _wanted(one, viewer) for one in VIEWS}
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = task_list(look, wanted[here])
        counts = {one: counted_tasks(look, wanted[one]) for one in VIEWS}
        called = names(look.rows, {row.person for row in found if row.person})
    values: dict[str, Any] = {
        "view": here,
        "views": VIEWS,
        "counts": counts,
        "found": found,
        "who": called,
    }
    return page(request, viewer, "incidents/tasks_list.html", active="tasks", **values)


def _wanted(view: str, viewer: Viewer) -> TasksWanted:
    person = None if view == "everybody" else viewer.person
    state = TaskState.DONE if view == "done" else TaskState.OPEN
    return TasksWanted(person=person, state=state, limit=AT_MOST)


DEEDS: Final[Mapping[str, Deed]] = {
    "tasks": _add,
    "tasks/changed": _change,
    "tasks/owner": _assign,
    "tasks/done": _settle(TaskState.DONE),
    "tasks/reopened": _settle(TaskState.OPEN),
    "tasks/dropped": _settle(TaskState.DROPPED),
}

HANDLERS: Final = [*(handler(name, deed) for name, deed in DEEDS.items()), mine]
