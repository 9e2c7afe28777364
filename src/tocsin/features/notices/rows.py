"""Subscribers as rows, and the attempts at notices: what was tried, when, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Index, Integer, Table, Text, select

from tocsin.access.work import Look
from tocsin.features.incidents.rows import INCIDENTS
from tocsin.features.notices.events import SubscriberEvent
from tocsin.features.notices.evolution import evolve
from tocsin.features.notices.state import Subscriber
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.storage.columns import METADATA, Instant

SUBSCRIBERS: Final = state_table(
    "subscriber",
    Column("name", Text, nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("in_use", Boolean, nullable=False),
)

ATTEMPTS: Final = Table(
    "notice_attempt",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("subscriber", Text, nullable=False),
    Column("happening", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("nth", Integer, nullable=False),
    Column("status", Integer),
    Column("was_taken", Boolean, nullable=False),
    Column("is_final", Boolean, nullable=False),
    Column("word", Text, nullable=False),
    Index("notice_attempt_of_incident", "incident", "id"),
)
"""Mechanics: what must be provable (that somebody was told, or was not) is in the ledger."""


def _columns(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "name": subscriber.name,
        "channel": subscriber.channel.value,
        "in_use": not subscriber.is_retired,
    }


SUBSCRIBER: Final = Aggregate[Subscriber, SubscriberEvent](
    "subscriber", Subscriber, evolve, SUBSCRIBERS, _columns
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One attempt at telling a subscriber."""

    id: str
    reference: str
    subscriber: str
    happening: str
    channel: str
    mode: str
    at: datetime
    nth: int
    status: int | None
    was_taken: bool
    is_final: bool
    word: str


IN_USE: Final = (
    select(SUBSCRIBERS.c.id, SUBSCRIBERS.c.state)
    .where(SUBSCRIBERS.c.in_use.is_(True))
    .order_by(SUBSCRIBERS.c.name, SUBSCRIBERS.c.id)
)


def in_use(rows: Connection) -> dict[str, Subscriber]:
    """Everybody who is told something, by id."""
    found = rows.execute(IN_USE).all()
    return {row.id: SUBSCRIBER.decode(row.state) for row in found}


def id_of(rows: Connection, name: str) -> str | None:
    """The id of the subscriber in use under a name, or None."""
    named = (SUBSCRIBERS.c.name == name) & SUBSCRIBERS.c.in_use.is_(True)
    return rows.scalar(select(SUBSCRIBERS.c.id).where(named))


def add_attempt(rows: Connection, values: dict[str, Any]) -> None:
    """Keep one attempt."""
    rows.execute(ATTEMPTS.insert().values(values))


def attempts(
    look: Look, *, incident: str | None = None, after: str | None = None, limit: int = 50
) -> Sequence[AttemptRow]:
    """The attempts about incidents that the actor may see, newest first."""
    own = [ATTEMPTS.c[name] for name in AttemptRow.__dataclass_fields__ if name != "reference"]
    joined = ATTEMPTS.join(INCIDENTS, INCIDENTS.c.id == ATTEMPTS.c.incident)
    query = select(INCIDENTS.c.reference, *own).select_from(joined)
    if incident is not None:
        query = query.where(INCIDENTS.c.reference == incident.upper())
    if after is not None:
        query = query.where(ATTEMPTS.c.id < after)
    seen = look.only_visible(INCIDENTS, query.order_by(ATTEMPTS.c.id.desc()).limit(limit))
    last = seen.selected_columns
    ordered = seen.order_by(None).order_by(last.id.desc()).limit(limit)
    return [AttemptRow(**row._mapping) for row in look.rows.execute(ordered)]


def names_of_all(rows: Connection) -> dict[str, str]:
    """What every subscriber is or was called, by id."""
    return {row.id: row.name for row in rows.execute(select(SUBSCRIBERS.c.id, SUBSCRIBERS.c.name))}
