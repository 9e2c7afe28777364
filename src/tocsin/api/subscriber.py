"""Who listens to a live stream: as whom, at what pace, and what they have not been told yet."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from tocsin.access.policy import Actor, Audience, Permission
from tocsin.ledger.aggregate import Aggregate

ALERTS: Final = "alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are done, in seconds; after news, `settle` lie before the look at all of it."""

    poll: float = 1.0
    settle: float = 0.05
    tell: float = 1.0
    heartbeat: float = 5.0
    renew: float = 5.0


USUAL_PACE: Final = Pace()


Audiences = Callable[[Connection, str, int], Collection[Audience | None]]
"""For whom the entries of a record are that stand after a place of the ledger."""


def for_everybody(_: Connection, __: str, ___: int) -> Collection[Audience | None]:
    """Of a record none of whose entries is for an audience alone."""
    return (None,)


@dataclass(frozen=True, slots=True)
class Watched:
    """One kind of record that viewers are told of, and what they must be allowed for it."""

    name: str
    permission: Permission
    aggregate: Aggregate[Any, Any]
    audiences: Audiences = for_everybody


@dataclass(eq=False, slots=True)
class Subscriber:
    """One open stream: who listens, and what they have not been told yet."""

    actor: Actor
    waiting: set[str] = field(default_factory=set[str])
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    is_stale: bool = False

    def tell(self, name: str) -> None:
        """Have something told."""
        self.waiting.add(name)
        self.woken.set()

    def taken(self) -> list[str]:
        """What is to be told now."""
        names = sorted(self.waiting)
        self.waiting.clear()
        return names


@dataclass(frozen=True, slots=True)
class Renewal:
    """How to find out who somebody at the door is by now. Refuses `not_signed_in`."""

    actor: Callable[[], Actor]


async def woken(subscriber: Subscriber, until: float) -> None:
    """Wait for something to tell, until an instant of the loop's clock."""
    with suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await subscriber.woken.wait()
    subscriber.woken.clear()
