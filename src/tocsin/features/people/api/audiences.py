"""Audiences and who is in them."""

from dataclasses import dataclass
from typing import Final

from litestar import delete, get, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from tocsin.access.work import UnitOfWork
from tocsin.api.setting import SETTING
from tocsin.features.people import commands
from tocsin.features.people.rows import AudienceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceList:
    """Every audience; members are ids of people and tokens."""

    items: list[AudienceRow]


@get("/", sync_to_thread=True, operation_id="listAudiences")
def index(work: Given[UnitOfWork]) -> AudienceList:
    """List the audiences, with who is in them."""
    return AudienceList(items=commands.audiences(work))


@route(
    "/{audience:str}/members/{member:str}",
    http_method=SETTING,
    status_code=204,
    sync_to_thread=True,
)
def admit(work: Given[UnitOfWork], audience: FromPath[str], member: FromPath[str]) -> None:
    """Put a person or a token, by id, in an audience."""
    commands.admit(work, audience, member)


@delete("/{audience:str}/members/{member:str}", status_code=204, sync_to_thread=True)
def dismiss(work: Given[UnitOfWork], audience: FromPath[str], member: FromPath[str]) -> None:
    """Take a person or a token out of an audience."""
    commands.dismiss(work, audience, member)


HANDLERS: Final = [index, admit, dismiss]
