"""The hub: follows the ledger for all open streams, and tells each that something changed, never what.

A viewer is told of changes to what they may see, and of nothing else: a change to a restricted
incident makes no sound for others, nor does an entry for an audience that they are not in. Streams
hold neither a thread nor a connection to the database.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from tocsin.access.policy import Actor, Audience, Permission
from tocsin.access.visibility import may_read, may_see
from tocsin.api.subscriber import ALERTS, USUAL_PACE, Pace, Renewal, Subscriber, Watched, woken
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger import history
from tocsin.ledger.ledger import Ledger

MOST_OF_ONE_ACTOR: Final = 32
BEAT: Final = "event: beat\ndata: {}\n\n"
"""An event and not a comment: scripts are not shown comments, and must know that silence is not death."""
OPENING: Final = f"retry: 2000\n\n{BEAT}"
"""The first word: what is recorded later is told. The head of the answer promises nothing yet."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that something happened to: its state, and for whom that was."""

    state: object
    audiences: Collection[Audience | None]

    def is_for(self, actor: Actor) -> bool:
        """Whether an actor may know that something happened."""
        reads = actor.reads
        return may_see(actor, self.state) and any(may_read(one, reads) for one in self.audiences)


@dataclass(frozen=True, slots=True)
class News:
    """What was recorded since the last look: up to where, about what, and whether about rights."""

    place: int
    touched: Mapping[str, Collection[Touched]]
    rights: bool = False
    alerts: bool = False


class Hub:
    """Follows the ledger once for a whole process, and tells each stream what is for its eyes."""

    def __init__(
        self,
        ledger: Ledger,
        watched: Collection[Watched],
        pace: Pace = USUAL_PACE,
        *,
        alert_keys: Collection[str] = (),
        rights_keys: Collection[str] = (),
    ) -> None:
        """Watch these records; news under `alert_keys` (names before the colon) is news of alerts.

        News under `rights_keys` may have changed what somebody may: every stream asks at once again.
        """
        self._alert_keys = frozenset(alert_keys)
        self._rights_keys = frozenset(rights_keys)
        self._ledger = ledger
        self._watched = {each.aggregate.name: each for each in watched}
        self._pace = pace
        self._subscribers: set[Subscriber] = set()
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._place = -1
        self._is_closed = False

    async def start(self) -> None:
        """Begin to follow, from the head of the ledger."""
        self._loop = asyncio.get_running_loop()
        self._place = await asyncio.to_thread(self._head)
        self._ledger.listeners.append(self._on_commit)
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """End all streams, and stop following."""
        self._end()
        self._ledger.listeners.remove(self._on_commit)
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def alerts_changed(self) -> None:
        """Have everybody told who may see alerts. May be called from any thread."""
        self._soon(self._tell_of_alerts)

    def close(self) -> None:
        """End all streams. May be called from any thread, and when nothing was started."""
        self._soon(self._end)

    @property
    def open_streams(self) -> int:
        """How many streams are open."""
        return len(self._subscribers)

    async def stream(self, actor: Actor, renewal: Renewal) -> AsyncGenerator[str]:
        """The text of one stream, as Server-Sent Events, for as long as the actor's rights last."""
        subscriber = Subscriber(actor)
        if not self._subscribers:
            head = await asyncio.to_thread(self._head)
            if not self._subscribers:  # nobody came meanwhile who would miss what lies between
                self._place = max(self._place, head)
        self._subscribers.add(subscriber)
        try:
            yield OPENING
            async for text in self._told(subscriber, renewal):
                yield text
        finally:
            self._subscribers.discard(subscriber)

    def must_have_room(self, actor: Actor) -> None:
        """Refuse `rate_limited` where somebody has too many streams open."""
        open_ones = sum(each.actor.by.id == actor.by.id for each in self._subscribers)
        if open_ones >= MOST_OF_ONE_ACTOR:
            sentence = phrase("You have %(open_ones)s streams open already.", open_ones=open_ones)
            raise Refused("rate_limited", sentence, retry_after_seconds=5)

    async def look(self) -> None:
        """Look once at what is new in the ledger, and have it told."""
        news = await asyncio.to_thread(self._read, self._place)
        self._place = news.place
        for subscriber in self._subscribers:
            for name, touched in news.touched.items():
                watched = self._watched[name]
                is_for_them = any(each.is_for(subscriber.actor) for each in touched)
                if is_for_them and watched.permission in subscriber.actor.may:
                    subscriber.tell(watched.name)
            if news.alerts and Permission.SEE_ALERTS in subscriber.actor.may:
                subscriber.tell(ALERTS)
            if news.rights:
                subscriber.is_stale = True
                subscriber.woken.set()

    async def _told(self, subscriber: Subscriber, renewal: Renewal) -> AsyncGenerator[str]:
        """What is told, at its pace."""
        clock, pace = asyncio.get_running_loop().time, self._pace
        beat = renewed = clock()
        told = beat - pace.tell
        while True:
            due = min(beat + pace.heartbeat, renewed + pace.renew)
            await woken(subscriber, min(due, told + pace.tell) if subscriber.waiting else due)
            now = clock()
            if subscriber.is_stale or now >= renewed + pace.renew:
                renewed = now
                if not await self._has_kept_rights(subscriber, renewal):
                    return
            if self._is_closed:
                return
            if subscriber.waiting and now >= told + pace.tell:
                beat = told = now
                for name in subscriber.taken():
                    yield f"event: {name}\ndata: {{}}\n\n"
            elif now >= beat + pace.heartbeat:
                beat = now
                yield BEAT

    async def _has_kept_rights(self, subscriber: Subscriber, renewal: Renewal) -> bool:
        subscriber.is_stale = False
        try:
            actor = await asyncio.to_thread(renewal.actor)
        except Refused as refused:
            return refused.code == "database_away"
        before = subscriber.actor
        same = (actor.may, actor.person) == (before.may, before.person)
        sees = (actor.sees_everything, actor.reads)
        return same and sees == (before.sees_everything, before.reads)

    async def _follow(self) -> None:
        while not self._is_closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.poll):
                    await self._news.wait()
                    # Whoever made the news is answered first.
                    await asyncio.sleep(self._pace.settle)
            self._news.clear()
            with suppress(Refused):
                if self._subscribers:
                    await self.look()

    def _head(self) -> int:
        with self._ledger.read() as rows:
            return history.last(rows)

    def _read(self, place: int) -> News:
        keys: set[str] = set()
        last = place
        with self._ledger.read() as rows:
            while some := history.touched_after(rows, last):
                keys |= {aggregate for _, aggregate in some}
                last = some[-1][0]
            touched = self._sorted_out(rows, place, keys)
        names = {key.partition(":")[0] for key in keys}
        rights = not names.isdisjoint(self._rights_keys)
        return News(last, touched, rights, not names.isdisjoint(self._alert_keys))

    def _sorted_out(
        self, rows: Connection, place: int, keys: Collection[str]
    ) -> dict[str, list[Touched]]:
        touched: dict[str, list[Touched]] = {}
        for key in keys:
            name, _, id_ = key.partition(":")
            watched = self._watched.get(name)
            found = None if watched is None else watched.aggregate.read(rows, id_)
            if watched is not None and found is not None:
                audiences = watched.audiences(rows, id_, place)
                touched.setdefault(name, []).append(Touched(found[0], audiences))
        return touched

    def _tell_of_alerts(self) -> None:
        for subscriber in self._subscribers:
            if Permission.SEE_ALERTS in subscriber.actor.may:
                subscriber.tell(ALERTS)

    def _end(self) -> None:
        self._is_closed = True
        for subscriber in self._subscribers:
            subscriber.woken.set()

    def _on_commit(self) -> None:
        self._soon(self._news.set)

    def _soon(self, act: Callable[[], None]) -> None:
        """Do something in the loop's thread; nothing, where the loop has ended."""
        if self._loop is not None and not self._loop.is_closed():
            with suppress(RuntimeError):  # it may end between the two
                self._loop.call_soon_threadsafe(act)
