"""An intake without a server: requests are given to its ASGI callable, and the answers read."""

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tocsin.access.policy import TOCSIN, Actor, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands, reactors, rows
from tocsin.features.alerts.intake import Intake
from tocsin.features.alerts.rows import Occurrence
from tocsin.features.alerts.terms import AlertState, SourceKind
from tocsin.foundation.refusal import Refused
from tocsin.integrations.dialects import DIALECTS
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOKENS = {"token-of-a-responder": Role.RESPONDER, "token-of-an-observer": Role.OBSERVER}


@dataclass(frozen=True)
class Told:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def actor_of_token(secret: str) -> Actor:
    if secret not in TOKENS:
        raise Refused("not_signed_in", "Sign in first.")
    return holding(TOKENS[secret], By(id=secret, kind="token"), None)


@contextmanager
def taking(ledger: Ledger) -> Generator[Intake]:
    """An intake at work."""
    intake = Intake(ledger, DIALECTS, actor_of_token)
    asyncio.run(intake.start())
    try:
        yield intake
    finally:
        asyncio.run(intake.stop())


@dataclass(frozen=True)
class Post:
    """One request to make."""

    path: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    chunk_bytes: int = 1 << 20
    leaves: bool = False


def scope_of(post: Post) -> Any:
    return {
        "type": "http",
        "method": "POST",
        "path": post.path,
        "headers": [(name.lower().encode(), text.encode()) for name, text in post.headers.items()],
    }


async def posted(intake: Intake, post: Post) -> Told | None:
    """Make one request; None where the client left without waiting for an answer."""
    parts = [
        post.body[at : at + post.chunk_bytes] for at in range(0, len(post.body), post.chunk_bytes)
    ]
    messages: list[Any] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    messages.append({"type": "http.disconnect"} if post.leaves else {"type": "http.request"})
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    assert intake.answers(scope_of(post))
    await intake(scope_of(post), receive, send)
    if not sent:
        return None
    headers = {name.decode(): text.decode() for name, text in sent[0]["headers"]}
    return Told(sent[0]["status"], b"".join(part["body"] for part in sent[1:]), headers)


def all_posted(intake: Intake, posts: Sequence[Post]) -> list[Told]:
    """Make requests all at once."""

    async def make() -> list[Told | None]:
        return await asyncio.gather(*(posted(intake, post) for post in posts))

    return [told for told in asyncio.run(make()) if told is not None]


def post(intake: Intake, path: str, body: bytes, **headers: str) -> Told:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return all_posted(intake, [Post(path, body, named)])[0]


def source(ledger: Ledger, kind: SourceKind = SourceKind.PROMETHEUS, name: str = "prom") -> str:
    """A new source; answers its key."""
    return commands.create_source(UnitOfWork(ledger, TOCSIN), name=name, kind=kind)[1]


def spelled(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def alert(
    name: str, *, starts: datetime = NOON, ends: datetime | None = None, **said: str
) -> dict[str, Any]:
    """An alert as Prometheus posts it; `ends` in an hour unless it is said."""
    return {
        "labels": {"alertname": name, "severity": "critical"},
        "annotations": said,
        "startsAt": spelled(starts),
        "endsAt": spelled(ends or starts + timedelta(hours=1)),
        "generatorURL": "http://prometheus:9090/graph?g0.expr=up",
    }


def bodied(*alerts: Any) -> bytes:
    return msgspec.json.encode(alerts)


def send(intake: Intake, key: str, *alerts: Any) -> Told:
    """Post alerts with a source's key."""
    return post(intake, "/api/v2/alerts", bodied(*alerts), authorization=f"Bearer {key}")


def settle(ledger: Ledger) -> None:
    """Do what the background jobs do until nothing waits."""
    while reactors.fold(ledger):
        pass
    reactors.count(ledger, all_of_it=True)
    while reactors.expire(ledger):
        pass


def alerts(ledger: Ledger, *states: AlertState) -> list[Occurrence]:
    """All alerts, newest first, in these states (in any where none is named)."""
    wanted = rows.Wanted(states=frozenset(states or AlertState), limit=100_000)
    return commands.listed(UnitOfWork(ledger, TOCSIN), wanted)


def letters(ledger: Ledger) -> list[rows.DeadLetter]:
    return commands.dead_letters(UnitOfWork(ledger, TOCSIN))
