"""Notices over HTTP: who is told, what was tried, what was given up, and trying it again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.features.notices import commands
from tocsin.features.notices.commands import Added
from tocsin.features.notices.rows import AttemptRow
from tocsin.features.notices.state import Subscriber
from tocsin.features.notices.terms import Channel, Happening
from tocsin.ledger.words import shown

ATTEMPTS: Final = "notice attempts"
DEAD: Final = "dead letters"

Name = Annotated[str, Field(min_length=1, max_length=100)]
Severity = Annotated[
    int, Field(ge=1, le=4, description="The least bad severity to be told of; 1 is the worst.")
]
Happenings = Annotated[tuple[Happening, ...], Field(min_length=1)]


class NewWebhook(BaseModel):
    """A system to tell, by requests signed after Standard Webhooks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    url: Annotated[str, Field(max_length=2000, description="It begins with https://.")]
    happenings: Happenings = commands.EVERYTHING
    minimum_severity: Severity = 4


class NewMailList(BaseModel):
    """People to tell by mail, each on their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    addresses: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    happenings: Happenings = commands.EVERYTHING
    minimum_severity: Severity = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberShown:
    """Somebody who is told. `contacts` are addresses, or `[erased]`."""

    id: str
    name: str
    channel: Channel
    contacts: list[str]
    happenings: list[Happening]
    minimum_severity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberList:
    """Everybody who is told something, by name."""

    items: list[SubscriberShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPage:
    """Attempts at telling somebody, newest first."""

    items: list[AttemptRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterShown:
    """A call that was given up: to whom, for what purpose, after how many tries and why."""

    id: str
    receiver: str
    purpose: str
    asked_at: datetime
    tries: int
    last_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterPage:
    """What was given up, newest first."""

    items: list[DeadLetterShown]
    next: str | None


@get("/", sync_to_thread=True, operation_id="listSubscribers")
def subscribers(work: Given[UnitOfWork]) -> SubscriberList:
    """List everybody who is told something. Secrets are not shown."""
    found = commands.subscribers(work)
    return SubscriberList(items=[_shown(id_, one) for id_, one in found.items()])


def _shown(id_: str, one: Subscriber) -> SubscriberShown:
    return SubscriberShown(
        id=id_,
        name=one.name,
        channel=one.channel,
        contacts=[shown(contact) for contact in one.contacts],
        happenings=sorted(one.happenings),
        minimum_severity=one.minimum_severity,
    )


@post("/webhooks", sync_to_thread=True, operation_id="addWebhook")
def add_webhook(work: Given[UnitOfWork], data: JSONBody[NewWebhook]) -> Response[Added]:
    """Tell a system. The secret that signs what it gets is shown this once."""
    added = commands.add_webhook(
        work,
        data.name,
        data.url,
        happenings=data.happenings,
        minimum_severity=data.minimum_severity,
    )
    return Response(added, status_code=201, headers={"cache-control": "no-store"})


@post("/mail-lists", sync_to_thread=True, operation_id="addMailList")
def add_mail_list(work: Given[UnitOfWork], data: JSONBody[NewMailList]) -> Response[Added]:
    """Tell people by mail."""
    added = commands.add_mail_list(
        work,
        data.name,
        data.addresses,
        happenings=data.happenings,
        minimum_severity=data.minimum_severity,
    )
    return Response(added, status_code=201)


@delete("/{subscriber:str}", status_code=204, sync_to_thread=True, operation_id="retireSubscriber")
def retire(work: Given[UnitOfWork], subscriber: FromPath[str]) -> None:
    """Tell a subscriber nothing any more; what waits for them is not sent."""
    commands.retire(work, subscriber)


@get("/", sync_to_thread=True, operation_id="listNotices")
def attempts(
    work: Given[UnitOfWork],
    incident: FromQuery[str | None] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> AttemptPage:
    """List the attempts at telling somebody, also about one incident."""
    seal = seal_of(work)
    after = opened(seal, ATTEMPTS, cursor, str)
    found = commands.attempts(work, incident=incident, after=after, limit=limit + 1)
    following = closed(seal, ATTEMPTS, found[limit - 1].id) if len(found) > limit else None
    return AttemptPage(items=list(found[:limit]), next=following)


@get("/", sync_to_thread=True, operation_id="listUndelivered")
def dead_letters(
    work: Given[UnitOfWork], cursor: Cursor = None, limit: Limit = USUAL_PAGE
) -> DeadLetterPage:
    """List the calls to the outside that were given up."""
    seal = seal_of(work)
    after = opened(seal, DEAD, cursor, str)
    found = commands.dead_letters(work, after=after, limit=limit + 1)
    following = closed(seal, DEAD, found[limit - 1].id) if len(found) > limit else None
    items = [
        DeadLetterShown(
            id=one.id,
            receiver=one.receiver,
            purpose=one.purpose,
            asked_at=one.asked_at,
            tries=one.tries,
            last_word=one.last_word,
        )
        for one in found[:limit]
    ]
    return DeadLetterPage(items=items, next=following)


@post("/{letter:str}/attempts", status_code=202, sync_to_thread=True, operation_id="sendAgain")
def replay(work: Given[UnitOfWork], letter: FromPath[str]) -> None:
    """Try again at once, for another 48 hours."""
    commands.replay(work, letter)


TAGS: Final = ["Notices"]
ROUTERS: Final = [
    Router(
        "/api/v1/subscribers",
        route_handlers=[subscribers, add_webhook, add_mail_list, retire],
        tags=TAGS,
    ),
    Router("/api/v1/notices", route_handlers=[attempts], tags=TAGS),
    Router("/api/v1/undelivered", route_handlers=[dead_letters, replay], tags=TAGS),
]
