"""What is due: calls to the outside and timers, stored with the news that asked for them.

One table, claimed under the lock; a retry is a new due time, never a sleeping thread. What leaves
the process is at-least-once with an idempotency key; a timer fires once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    func,
    select,
)

from tocsin.foundation.identifiers import new_id
from tocsin.outbox.call import Call, decode, encode
from tocsin.storage.columns import METADATA, Instant
from tocsin.storage.listening import announce
from tocsin.storage.statements import adding

LEASE: Final = timedelta(seconds=15)
"""After so long a claim that nobody finished is another's: a dead process's work goes on.

One attempt ends within 10 s, so that a living process settles before its claim is another's.
"""

CALL: Final = "call"
TIMER: Final = "timer"

DUE: Final = Table(
    "due",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("key", Text, nullable=False, unique=True),
    Column("what", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_by", Text),
    Column("unsure", Boolean, nullable=False),
    Column("last_word", Text),
    Index("due_next", "state", "what", "due_at"),
)
"""`id` is what people see; `number` and `key` never leave the database.

`state` is waiting, dead (given up: parked, shown and replayable), or over for good: done, cancelled,
withheld. What is over for good keeps no body. `unsure` says that an attempt may have arrived though
its answer was lost, or that the process which made it died.
"""


ANY: Final = (
    select(DUE.c.number)
    .where(DUE.c.state == "waiting", DUE.c.what.in_((CALL, TIMER)))
    .where(DUE.c.due_at <= bindparam("now"))
    .limit(1)
)


ASKED: Final = select(DUE.c.number).where(DUE.c.key == bindparam("sought"))


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
    id: str
    key: str
    what: str
    receiver: str
    body: bytes
    asked_at: datetime
    tries: int
    claimed_by: str
    may_have_arrived: bool

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
    if rows.scalar(ASKED, {"sought": key}) is not None:
        return
    row: dict[str, Any] = {"key": key, "asked_at": now, "tries": 0, "state": "waiting"}
    row |= {"id": new_id(now), "unsure": False}
    if isinstance(wish, Timer):
        body = msgspec.json.encode(wish.facts)
        row |= {"what": TIMER, "receiver": wish.name, "body": body, "due_at": wish.at}
    else:
        row |= {"what": CALL, "receiver": wish.receiver, "body": encode(wish), "due_at": now}
    rows.execute(adding(DUE), row)
    announce(rows)


def is_any(rows: Connection, now: datetime) -> bool:
    """Whether anything at all is due."""
    return rows.scalar(ANY, {"now": now}) is not None


def receivers(rows: Connection, now: datetime, what: str = CALL) -> list[str]:
    """To whom something is due, who has waited longest first."""
    query = (
        select(DUE.c.receiver)
        .where(*_ready(now, what))
        .group_by(DUE.c.receiver)
        .order_by(func.min(DUE.c.due_at), DUE.c.receiver)
    )
    return list(rows.scalars(query))


def claim(
    rows: Connection, by: str, now: datetime, *, slots: Mapping[str, int], what: str = CALL
) -> list[Claimed]:
    """Take what is due, oldest first and for each receiver no more than its slots.

    A crash gives it back when the lease ends.
    """
    claimed: list[Claimed] = []
    for receiver, free in slots.items():
        if free > 0:
            claimed += _claimed(rows, by, now, _oldest(now, what, receiver, free))
    return claimed


def claim_timers(rows: Connection, by: str, now: datetime, *, limit: int = 16) -> list[Claimed]:
    """Take the timers that are due, in the order in which they should have fired."""
    query = select(DUE).where(*_ready(now, TIMER)).order_by(DUE.c.due_at, DUE.c.number)
    return _claimed(rows, by, now, query.limit(limit))


def are_expired(
    rows: Connection, now: datetime, *, to: Collection[str], asked_before: datetime
) -> bool:
    """Whether there are calls to these receivers that were asked for so long ago."""
    query = _expired(now, to, asked_before).with_only_columns(DUE.c.number).limit(1)
    return rows.scalar(query) is not None


def claim_expired(
    rows: Connection, by: str, now: datetime, *, to: Collection[str], asked_before: datetime
) -> list[Claimed]:
    """Take some calls to these receivers whose time ran out while they were left alone."""
    query = _expired(now, to, asked_before).order_by(DUE.c.number).limit(16)
    return _claimed(rows, by, now, query)


def _expired(now: datetime, to: Collection[str], asked_before: datetime) -> Select[Any]:
    query = select(DUE).where(*_ready(now, CALL), DUE.c.receiver.in_(list(to)))
    return query.where(DUE.c.asked_at < asked_before)


def _ready(now: datetime, what: str) -> tuple[Any, ...]:
    return (DUE.c.state == "waiting", DUE.c.what == what, DUE.c.due_at <= now)


def _oldest(now: datetime, what: str, receiver: str, limit: int) -> Select[Any]:
    query = select(DUE).where(*_ready(now, what), DUE.c.receiver == receiver)
    return query.order_by(DUE.c.due_at, DUE.c.number).limit(limit)


def _claimed(rows: Connection, by: str, now: datetime, query: Select[Any]) -> list[Claimed]:
    found: Sequence[Row[Any]] = rows.execute(query.with_for_update(skip_locked=True)).all()
    taken = DUE.c.number.in_([row.number for row in found])
    lease = {"due_at": now + LEASE, "claimed_by": by, "tries": DUE.c.tries + 1}
    lease["unsure"] = DUE.c.unsure | DUE.c.claimed_by.is_not(None)
    if found:
        rows.execute(DUE.update().where(taken).values(lease))
    return [
        Claimed(
            number=row.number,
            id=row.id,
            key=row.key,
            what=row.what,
            receiver=row.receiver,
            body=bytes(row.body),
            asked_at=row.asked_at,
            tries=row.tries + 1,
            claimed_by=by,
            may_have_arrived=row.unsure or row.claimed_by is not None,
        )
        for row in found
    ]


def _held(claimed: Claimed) -> Any:  # noqa: ANN401 - a condition
    """That the row is still this claim's: nobody took it over when the lease had ended."""
    return (
        (DUE.c.number == claimed.number)
        & (DUE.c.state == "waiting")
        & (DUE.c.claimed_by == claimed.claimed_by)
        & (DUE.c.tries == claimed.tries)
    )


def settle(rows: Connection, claimed: Claimed, state: str, word: str) -> bool:
    """Say how it ended: `done`, `withheld`, or `dead` for what is parked, shown and replayable.

    False where another process has taken the row over.
    """
    values: dict[str, Any] = {"state": state, "last_word": word, "claimed_by": None}
    if state != "dead":
        values["body"] = b""
    return rows.execute(DUE.update().where(_held(claimed)).values(values)).rowcount == 1


def postpone(
    rows: Connection, claimed: Claimed, until: datetime, word: str, *, unsure: bool = False
) -> bool:
    """Try again at an instant. False where another process has taken the row over.

    `unsure` says that this attempt may have arrived.
    """
    values: dict[str, Any] = {"due_at": until, "last_word": word, "claimed_by": None}
    values["unsure"] = unsure or claimed.may_have_arrived
    return rows.execute(DUE.update().where(_held(claimed)).values(values)).rowcount == 1
