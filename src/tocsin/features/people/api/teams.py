"""Teams and who is in them."""

from dataclasses import dataclass
from typing import Final

from litestar import Response, delete, get, post, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.setting import SETTING
from tocsin.features.people import commands
from tocsin.features.people.api import asked
from tocsin.features.people.api.people import Made
from tocsin.features.people.rows import TeamRow

LISTING: Final = "teams"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """A page of the list of teams; members are ids of people."""

    items: list[TeamRow]
    next: str | None


@get("/", sync_to_thread=True, operation_id="listTeams")
def index(work: Given[UnitOfWork], cursor: Cursor = None, limit: Limit = USUAL_PAGE) -> TeamPage:
    """List teams by name."""
    seal = seal_of(work)
    found = commands.teams(work, after=opened(seal, LISTING, cursor, str), limit=limit + 1)
    following = closed(seal, LISTING, found[limit - 1].name) if len(found) > limit else None
    return TeamPage(items=found[:limit], next=following)


@post("/", sync_to_thread=True, operation_id="createTeam")
def create(work: Given[UnitOfWork], data: JSONBody[asked.NewTeam]) -> Response[Made]:
    """Make a team."""
    return Response(Made(id=commands.create_team(work, data.name, data.title)), status_code=201)


@route(
    "/{team:str}/members/{person:str}", http_method=SETTING, status_code=204, sync_to_thread=True
)
def join(work: Given[UnitOfWork], team: FromPath[str], person: FromPath[str]) -> None:
    """Add a person to a team, which is called by its name."""
    commands.join_team(work, team, person)


@delete("/{team:str}/members/{person:str}", status_code=204, sync_to_thread=True)
def leave(work: Given[UnitOfWork], team: FromPath[str], person: FromPath[str]) -> None:
    """Take a person out of a team."""
    commands.leave_team(work, team, person)


HANDLERS: Final = [index, create, join, leave]
