"""What is due: calls to the outside and timers, stored with the news that asked for them.

One table, claimed under the lock; a retry is a new due time, never a sleeping thread. What leaves
the process is at-least-once with an idempotency key; a timer fires once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, Table, Text, select

from tocsin.outbox.call import Call, decode, encode
from tocsin.storage.columns import METADATA, Instant

LEASE: Final = timedelta(seconds=15)
"""After so long a claim that nobody finished is another's: a dead process's work goes on."""

DUE: Final = Table(
    "due",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("what", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_by", Text),
    Column("last_word", Text),
    Index("due_next", "state", "due_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """Something to be done at an instant: the name of a timer the runtime knows, and its facts."""

    name: str
    at: datetime
    facts: dict[str, Any]


Wish = Call | Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A due row in the hands of this process until its lease ends."""

    number: int
    key: str
    what: str
    receiver: str
    body: bytes
    asked_at: datetime
    tries: int

    @property
    def call(self) -> Call:
        """The call to make."""
        return decode(self.body)

    @property
    def timer_facts(self) -> dict[str, Any]:
        """The facts of the timer to fire."""
        facts: dict[str, Any] = msgspec.json.decode(self.body)
        return facts


def ask(rows: Connection, key: str, wish: Wish, now: datetime) -> None:
    """Store a wish under a key of its own; the same key again changes nothing."""
    if rows.scalar(select(DUE.c.number).where(DUE.c.key == key)) is not None:
        return
    row: dict[str, Any] = {"key": key, "asked_at": now, "tries": 0, "state": "waiting"}
    if isinstance(wish, Timer):
        body = msgspec.json.encode(wish.facts)
        row |= {"what": "timer", "receiver": wish.name, "body": body, "due_at": wish.at}
    else:
        row |= {"what": "call", "receiver": wish.receiver, "body": encode(wish), "due_at": now}
    rows.execute(DUE.insert().values(row))


def claim(rows: Connection, by: str, now: datetime, *, limit: int = 16) -> Sequence[Claimed]:
    """Take what is due, oldest first; a crash gives it back when the lease ends."""
    ready = (
        select(DUE)
        .where(DUE.c.state == "waiting", DUE.c.due_at <= now)
        .order_by(DUE.c.due_at, DUE.c.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = rows.execute(ready).all()
    taken = DUE.c.number.in_([row.number for row in found])
    rows.execute(
        DUE.update().where(taken).values(due_at=now + LEASE, claimed_by=by, tries=DUE.c.tries + 1)
    )
    return [
        Claimed(
            number=row.number,
            key=row.key,
            what=row.what,
            receiver=row.receiver,
            body=bytes(row.body),
            asked_at=row.asked_at,
            tries=row.tries + 1,
        )
        for row in found
    ]


def settle(rows: Connection, number: int, state: str, word: str) -> None:
    """Say how it ended: `done`, or `dead` for what is parked, shown and replayable."""
    rows.execute(DUE.update().where(DUE.c.number == number).values(state=state, last_word=word))


def postpone(rows: Connection, number: int, until: datetime, word: str) -> None:
    """Try again at an instant."""
    rows.execute(DUE.update().where(DUE.c.number == number).values(due_at=until, last_word=word))


def cancel(rows: Connection, key: str) -> None:
    """Let a wish that nobody has claimed lapse."""
    waiting = (DUE.c.key == key) & (DUE.c.state == "waiting")
    rows.execute(DUE.update().where(waiting).values(state="cancelled"))
