"""Messages to people over HTTP: what somebody wants to be told, and who was told what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Final

from litestar import Response, Router, get, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.setting import PRIVATE, SETTING
from tocsin.api.told import PersonShown
from tocsin.api.told import person as person_shown
from tocsin.features.alerts.rows.sources import names_of
from tocsin.features.messages import commands
from tocsin.features.messages.rows import MessageRow
from tocsin.features.messages.terms import Choices, Concern, MessageState, Way, WhyWithheld
from tocsin.features.people.commands.sessions import ONESELF

LISTING: Final = "messages"
OfDay = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Such as 22:30.")
]


class ChoicesAsked(BaseModel):
    """All that somebody chooses; what is left out is as if they had never chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mentioned: Way = Way.AT_ONCE
    asked: Annotated[Way, Field(description="Offered a role, put in command, called in.")] = (
        Way.AT_ONCE
    )
    task: Way = Way.AT_ONCE
    followed: Way = Way.DIGEST
    team: Annotated[Way, Field(description="Declared for a team that they are in.")] = Way.DIGEST
    digest_at: OfDay = "08:00"
    quiet_from: OfDay | None = None
    quiet_until: OfDay | None = None
    asked_may_wake: Annotated[bool, Field(strict=True)] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesShown:
    """What somebody is told, and when. Times of day are in their own zone."""

    mentioned: Way
    asked: Way
    task: Way
    followed: Way
    team: Way
    digest_at: str
    quiet_from: str | None
    quiet_until: str | None
    asked_may_wake: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """One message to a person, of what somebody did; `reason` is why it was withheld."""

    id: str
    incident: str
    mode: str
    person: PersonShown
    concern: Concern
    by: PersonShown
    state: MessageState
    queued_at: datetime
    due_at: datetime
    ended_at: datetime | None
    reason: WhyWithheld | None
    tries: int
    last_word: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """Messages, the newest first."""

    items: list[MessageShown]
    next: str | None


@get("/{person:str}", sync_to_thread=True, operation_id="getMessageChoices")
def choices(work: Given[UnitOfWork], person: FromPath[str]) -> Response[ChoicesShown]:
    """Say what a person (by id, or `me`) is told, and when."""
    return Response(_shown(commands.choices(work, person)), headers=PRIVATE)


@route("/{person:str}", http_method=SETTING, status_code=200, sync_to_thread=True)
def choose(
    work: Given[UnitOfWork], person: FromPath[str], data: JSONBody[ChoicesAsked]
) -> Response[ChoicesShown]:
    """Choose what a person (by id, or `me`) is told, and when; also of what waits already."""
    commands.choose(work, _choices(data), person)
    return Response(_shown(commands.choices(work, person)), headers=PRIVATE)


@get("/", sync_to_thread=True, operation_id="listMessages")
def index(
    work: Given[UnitOfWork],
    incident: FromQuery[str | None] = None,
    person: FromQuery[str] = ONESELF,
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> Response[MessagePage]:
    """List who was told what of an incident, or else what a person (by id, or `me`) was told."""
    seal = seal_of(work)
    before = opened(seal, LISTING, cursor, str)
    if incident is not None:
        found = commands.told_of_incident(work, incident, before=before, limit=limit + 1)
    else:
        found = commands.told_person(work, person, before=before, limit=limit + 1)
    following = closed(seal, LISTING, found[limit - 1].id) if len(found) > limit else None
    called = _called(work, found)
    shown = MessagePage(items=[_message(one, called) for one in found[:limit]], next=following)
    return Response(shown, headers=PRIVATE)


def _called(work: UnitOfWork, found: Sequence[MessageRow]) -> dict[str, str]:
    with work.look(Permission.SEE_PEOPLE) as look:
        return names_of(look.rows, {id_ for one in found for id_ in (one.person, one.by)})


def _choices(said: ChoicesAsked) -> Choices:
    return Choices(
        mentioned=said.mentioned,
        asked=said.asked,
        task=said.task,
        followed=said.followed,
        team=said.team,
        digest_at=time.fromisoformat(said.digest_at),
        quiet_from=_of_day(said.quiet_from),
        quiet_until=_of_day(said.quiet_until),
        asked_may_wake=said.asked_may_wake,
    )


def _of_day(said: str | None) -> time | None:
    return None if said is None else time.fromisoformat(said)


def _shown(chosen: Choices) -> ChoicesShown:
    return ChoicesShown(
        mentioned=chosen.mentioned,
        asked=chosen.asked,
        task=chosen.task,
        followed=chosen.followed,
        team=chosen.team,
        digest_at=f"{chosen.digest_at:%H:%M}",
        quiet_from=None if chosen.quiet_from is None else f"{chosen.quiet_from:%H:%M}",
        quiet_until=None if chosen.quiet_until is None else f"{chosen.quiet_until:%H:%M}",
        asked_may_wake=chosen.asked_may_wake,
    )


def _message(row: MessageRow, called: Mapping[str, str]) -> MessageShown:
    return MessageShown(
        id=row.id,
        incident=row.reference,
        mode=row.mode,
        person=person_shown(row.person, called),
        concern=row.concern,
        by=person_shown(row.by, called),
        state=row.state,
        queued_at=row.queued_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        reason=row.reason,
        tries=row.tries,
        last_word=row.last_word,
    )


TAGS: Final = ["Messages"]
ROUTERS: Final = [
    Router("/api/v1/message-choices", route_handlers=[choices, choose], tags=TAGS),
    Router("/api/v1/messages", route_handlers=[index], tags=TAGS),
]
