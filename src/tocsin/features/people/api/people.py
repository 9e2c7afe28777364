"""Who asks, and the people that are known here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from litestar import Response, delete, get, post, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from tocsin.access.policy import Role
from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.setting import PRIVATE, SETTING
from tocsin.features.people import commands
from tocsin.features.people.api import asked
from tocsin.features.people.rows import PersonRow

LISTING: Final = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """A person as the API shows them. `email` is null where it was erased.

    `language` is the one in which they read pages (BCP 47); empty: that of their browser.
    """

    id: str
    email: str | None
    name: str
    role: Role
    is_disabled: bool
    has_password: bool
    has_second_factor: bool
    zone: str
    language: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """A page of the list of people."""

    items: list[PersonShown]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeShown:
    """Whoever asks: `kind` is person or token, `may` what they are allowed."""

    id: str
    kind: str
    name: str
    may: tuple[str, ...]
    person: PersonShown | None
    teams: tuple[str, ...]
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysShown:
    """The key in the place of each that is shipped."""

    keys: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The id of what was made."""

    id: str


def _shown(row: PersonRow) -> PersonShown:
    return PersonShown(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        is_disabled=row.is_disabled,
        has_password=row.has_password,
        has_second_factor=row.has_second_factor,
        zone=row.zone,
        language=row.language,
        added_at=row.added_at,
    )


@get("/me", sync_to_thread=True, operation_id="getMe")
def me(work: Given[UnitOfWork]) -> MeShown:
    """Say who asks, and what they may do."""
    it = commands.me(work)
    person = None if it.person is None else _shown(it.person)
    return MeShown(
        id=it.id,
        kind=it.kind,
        name=it.name,
        may=it.may,
        person=person,
        teams=it.teams,
        audiences=it.audiences,
    )


@get("/", sync_to_thread=True, operation_id="listPeople")
def index(work: Given[UnitOfWork], cursor: Cursor = None, limit: Limit = USUAL_PAGE) -> PersonPage:
    """List people in the order in which they were added."""
    seal = seal_of(work)
    found = commands.people(work, after=opened(seal, LISTING, cursor, str), limit=limit + 1)
    following = closed(seal, LISTING, found[limit - 1].id) if len(found) > limit else None
    return PersonPage(items=[_shown(row) for row in found[:limit]], next=following)


@post("/", sync_to_thread=True, operation_id="addPerson")
def add(work: Given[UnitOfWork], data: JSONBody[asked.NewPerson]) -> Response[Made]:
    """Add a person."""
    id_ = commands.add_person(
        work,
        email=data.email,
        name=data.name,
        role=data.role,
        password=data.password,
        team=data.team,
    )
    return Response(Made(id=id_), status_code=201)


@route("/{person:str}/role", http_method=SETTING, status_code=204, sync_to_thread=True)
def give_role(
    work: Given[UnitOfWork], person: FromPath[str], data: JSONBody[asked.GivenRole]
) -> None:
    """Give a person a role. It counts from their next request on."""
    commands.give_role(work, person, data.role)


@route("/{person:str}/disablement", http_method=SETTING, status_code=204, sync_to_thread=True)
def disable(work: Given[UnitOfWork], person: FromPath[str]) -> None:
    """Let a person in no more, and end their sessions."""
    commands.disable(work, person)


@delete("/{person:str}/disablement", status_code=204, sync_to_thread=True)
def enable(work: Given[UnitOfWork], person: FromPath[str]) -> None:
    """Let a person in again."""
    commands.enable(work, person)


@delete("/{person:str}/sessions", status_code=204, sync_to_thread=True)
def end_sessions(work: Given[UnitOfWork], person: FromPath[str]) -> None:
    """End every session of a person."""
    commands.end_sessions_of(work, person)


@delete("/{person:str}/second-factor", status_code=204, sync_to_thread=True)
def take_second_factor(work: Given[UnitOfWork], person: FromPath[str]) -> None:
    """Let a person who lost their device in with the password alone."""
    commands.take_second_factor(work, person)


@get("/{person:str}/keys", sync_to_thread=True, operation_id="getKeys")
def keys(work: Given[UnitOfWork], person: FromPath[str]) -> Response[KeysShown]:
    """Say which single keys a person (by id, or `me`) has in the place of those shipped."""
    return Response(KeysShown(keys=commands.keys(work, person)), headers=PRIVATE)


@route("/{person:str}/keys", http_method=SETTING, status_code=200, sync_to_thread=True)
def choose_keys(
    work: Given[UnitOfWork], person: FromPath[str], data: JSONBody[asked.KeysAsked]
) -> Response[KeysShown]:
    """Put other single keys in the place of those shipped, for a person (by id, or `me`)."""
    commands.choose_keys(work, data.keys, person)
    return Response(KeysShown(keys=commands.keys(work, person)), headers=PRIVATE)


@delete("/{person:str}/keys", status_code=204, sync_to_thread=True)
def reset_keys(work: Given[UnitOfWork], person: FromPath[str]) -> None:
    """Give a person the keys as they are shipped."""
    commands.choose_keys(work, {}, person)


HANDLERS: Final = [
    index,
    add,
    give_role,
    disable,
    enable,
    end_sessions,
    take_second_factor,
    keys,
    choose_keys,
    reset_keys,
]
