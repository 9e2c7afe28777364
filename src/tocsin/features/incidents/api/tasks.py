"""Tasks over HTTP: those of an incident, and somebody's across incidents, at /api/v1/tasks."""

from datetime import datetime
from typing import Annotated, Final, NamedTuple

from litestar import Response, Router, get, patch, post, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.setting import PRIVATE, SETTING
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import asked_roles, showing, showing_roles
from tocsin.features.incidents.api.answers import Answer, AnyRequest, answer, expected, names
from tocsin.features.incidents.api.shown_roles import TaskList, TaskPage
from tocsin.features.incidents.commands import tasks
from tocsin.features.incidents.commands.roles import oneself
from tocsin.features.incidents.lifecycle.tasks import Due
from tocsin.features.incidents.rows.task_list import TasksWanted
from tocsin.features.incidents.terms import TaskState

OfOwner = Annotated[
    str | None, QueryParameter(max_length=200, description="A person's id, or `me`.")
]
InState = Annotated[
    TaskState | None,
    QueryParameter(name="state", description="Open ones (unless said), done or dropped."),
]


class Place(NamedTuple):
    """Where a page ended: after which task."""

    due_or_last: datetime
    task: str


@get("/{reference:str}/tasks", sync_to_thread=True, operation_id="listTasksOfIncident")
def of_incident(work: Given[UnitOfWork], reference: FromPath[str]) -> Response[TaskList]:
    """List the tasks of an incident."""
    it = commands.one(work, reference).incident
    known = names(work, showing.people_of(it))
    items = [showing_roles.task(task, known) for task in it.tasks]
    return Response(TaskList(items=items), headers=PRIVATE)


@post("/{reference:str}/tasks", sync_to_thread=True)
def add(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked_roles.TaskSaid],
) -> Answer:
    """Add a task. It is the last among the tasks of the incident that is answered."""
    base, owner, due = expected(request, work, reference), data.owner, data.due
    done = tasks.add_task(work, reference, title=data.title, owner=owner, due=due, expected=base)
    return answer(work, done, status=201)


@patch("/{reference:str}/tasks/{task:str}", sync_to_thread=True, operation_id="changeTask")
def change(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    task: FromPath[str],
    data: JSONBody[asked_roles.TaskChange],
) -> Answer:
    """Say in other words what is to be done, or until when."""
    base, title = expected(request, work, reference), data.title
    due = Due(data.due) if "due" in data.model_fields_set else None
    done = tasks.change_task(work, reference, task=task, title=title, due=due, expected=base)
    return answer(work, done)


@route(
    "/{reference:str}/tasks/{task:str}/owner",
    http_method=SETTING,
    status_code=200,
    sync_to_thread=True,
)
def assign(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    task: FromPath[str],
    data: JSONBody[asked_roles.TaskOwner],
) -> Answer:
    """Say whose a task is."""
    base, owner = expected(request, work, reference), data.owner
    done = tasks.assign_task(work, reference, task=task, owner=owner, expected=base)
    return answer(work, done)


@route(
    "/{reference:str}/tasks/{task:str}/state",
    http_method=SETTING,
    status_code=200,
    sync_to_thread=True,
)
def settle(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    task: FromPath[str],
    data: JSONBody[asked_roles.TaskStanding],
) -> Answer:
    """Say that a task is done, dropped, or to be done after all."""
    base, state, why = expected(request, work, reference), data.state, data.reason
    done = tasks.settle_task(work, reference, task=task, state=state, reason=why, expected=base)
    return answer(work, done)


@get("/", sync_to_thread=True, operation_id="listTasks")
def index(
    work: Given[UnitOfWork],
    owner: OfOwner = None,
    standing: InState = TaskState.OPEN,
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> Response[TaskPage]:
    """List tasks across incidents, those due next first."""
    person = oneself(work) if owner == "me" else owner
    seal, listing = seal_of(work), f"tasks of {person} that are {standing}"
    after = opened(seal, listing, cursor, Place)
    wanted = TasksWanted(person=person, state=standing, after=after, limit=limit + 1)
    found = tasks.listed_tasks(work, wanted)
    some = found[:limit]
    known = names(work, [row.person for row in some if row.person])
    items = [showing_roles.listed(row, known) for row in some]
    place = Place(some[-1].due_or_last, some[-1].task) if len(found) > limit else None
    following = None if place is None else closed(seal, listing, place)
    return Response(TaskPage(items=items, next=following), headers=PRIVATE)


HANDLERS: Final = [of_incident, add, change, assign, settle]

ROUTER: Final = Router("/api/v1/tasks", route_handlers=[index], tags=["Incidents"])
