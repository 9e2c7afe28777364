"""Doing a request once: an idempotency key keeps what was asked and what it concerned, for 24 hours.

Kept in the same transaction as the change, so a repeated request finds either all of it or nothing.
The answer is made anew from the record it concerned, never stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, Table, Text, select

from tocsin.foundation.refusal import Refused
from tocsin.storage.columns import METADATA, Instant

KEPT: Final = timedelta(hours=24)

REQUESTS: Final = Table(
    "request_once",
    METADATA,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A request that shall be carried out once: its key, and a digest of all that it asks."""

    key: str
    digest: str


def earlier(rows: Connection, actor: str, once: Once, now: datetime) -> str | None:
    """What the same request concerned when it was made before, or None.

    Refuses `idempotency_key_reused` where the key came with another request.
    """
    query = select(REQUESTS).where(
        REQUESTS.c.actor == actor, REQUESTS.c.key == once.key, REQUESTS.c.at > now - KEPT
    )
    row = rows.execute(query).one_or_none()
    if row is None:
        return None
    if row.digest != once.digest:
        sentence = "This Idempotency-Key was used for another request."
        raise Refused("idempotency_key_reused", sentence)
    return str(row.reference)


def keep(rows: Connection, actor: str, once: Once, reference: str, now: datetime) -> None:
    """Remember the request, and forget those that are too old."""
    rows.execute(REQUESTS.delete().where(REQUESTS.c.at <= now - KEPT))
    values = {"actor": actor, "key": once.key, "digest": once.digest}
    rows.execute(REQUESTS.insert().values(**values, reference=reference, at=now))
