"""Leases: what only one process may do at a time, and another takes over when that one is dead.

A row with a holder and an end, taken and renewed under the database's lock. `token` rises with every
new holder, so that a holder who was away can be told from the present one.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Integer, Row, Table, Text, select

from tocsin.storage.columns import METADATA, Instant
from tocsin.storage.database import Database
from tocsin.storage.lanes import Lane

LASTS: Final = timedelta(seconds=10)
"""A dead process's work is another's after so long."""

LEASES: Final = Table(
    "lease",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Instant, nullable=False),
    Column("token", Integer, nullable=False),
)


def take(database: Database, name: str, holder: str, now: datetime) -> bool:
    """Take or renew a lease; False where another process holds it.

    Writes only where something changes: a lease is renewed when half of it is over.
    """
    query = select(LEASES).where(LEASES.c.name == name)
    with database.read() as rows:
        row = rows.execute(query).one_or_none()
    if row is not None and row.until > now and row.holder != holder:
        return False
    if row is not None and row.holder == holder and row.until - now > LASTS / 2:
        return True
    with database.write(Lane.MACHINES) as rows:
        row = rows.execute(query.with_for_update()).one_or_none()
        mine: dict[str, Any] = {"name": name, "holder": holder, "until": now + LASTS}
        if row is None:
            rows.execute(LEASES.insert().values(token=1, **mine))
            return True
        if row.holder != holder and row.until > now:
            return False
        kept = LEASES.update().where(LEASES.c.name == name)
        rows.execute(kept.values(token=_token(row, holder), **mine))
        return True


def _token(row: Row[Any], holder: str) -> int:
    return int(row.token) if row.holder == holder else int(row.token) + 1


def give_back(database: Database, holder: str, now: datetime, *, but: Collection[str] = ()) -> None:
    """End the leases of a process that stops, so that nobody waits; `but` those still in use."""
    mine = (LEASES.c.holder == holder) & LEASES.c.name.not_in(list(but))
    with database.write(Lane.MACHINES) as rows:
        rows.execute(LEASES.update().where(mine).values(until=now))
