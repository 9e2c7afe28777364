"""Which processes do multi-step work: each says so every few seconds, and whoever is silent is dead."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Table, Text, select

from tocsin.storage.columns import METADATA, Instant
from tocsin.storage.database import Database
from tocsin.storage.lanes import Lane

SILENCE: Final = timedelta(seconds=9)
"""Whoever was silent for so long is dead: its work is another's."""

EXECUTORS: Final = Table(
    "executor",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("heard", Instant, nullable=False),
)


def beat(database: Database, name: str, now: datetime) -> None:
    """Say that this process lives."""
    with database.write(Lane.MACHINES) as rows:
        mine = EXECUTORS.c.name == name
        if not rows.execute(EXECUTORS.update().where(mine).values(heard=now)).rowcount:
            rows.execute(EXECUTORS.insert().values(name=name, heard=now))


def alive(database: Database, now: datetime) -> set[str]:
    """The processes that were heard lately."""
    with database.read() as rows:
        return set(rows.scalars(select(EXECUTORS.c.name).where(EXECUTORS.c.heard > now - SILENCE)))


def forget(database: Database, name: str) -> None:
    """A process that stops is gone at once: nobody waits for it."""
    with database.write(Lane.MACHINES) as rows:
        rows.execute(EXECUTORS.delete().where(EXECUTORS.c.name == name))


def forget_silent(database: Database, now: datetime) -> None:
    """Forget those who have been dead for a while."""
    with database.write(Lane.MACHINES) as rows:
        rows.execute(EXECUTORS.delete().where(EXECUTORS.c.heard < now - 10 * SILENCE))
