"""Failed sign-ins, counted by account and by neighbourhood: a plain table that forgets after a day."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, Integer, Table, Text, func, select

from tocsin.features.people.rules import throttle
from tocsin.storage.columns import METADATA, Instant

TRIES: Final = Table(
    "sign_in_try",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
    Column("waits_until", Instant, nullable=False),
)


def seconds_to_wait(rows: Connection, subjects: Mapping[str, int], now: datetime) -> int:
    """For how long the subjects may not try again: the longest of their waits, 0 where there is none."""
    mine = TRIES.c.subject.in_(list(subjects))
    until = rows.scalar(select(func.max(TRIES.c.waits_until, type_=Instant)).where(mine))
    return 0 if until is None else max(0, math.ceil((until - now).total_seconds()))


def failed(rows: Connection, subjects: Mapping[str, int], now: datetime) -> None:
    """Count one more failure. `subjects` are what is counted, with how many each is allowed."""
    for subject, allowed in subjects.items():
        row = rows.execute(select(TRIES).where(TRIES.c.subject == subject)).one_or_none()
        is_new = row is None or now - row.last_at > throttle.FORGOTTEN_AFTER
        failures = 1 if row is None or is_new else row.failures + 1
        wait = throttle.wait(failures, allowed)
        values = {"failures": failures, "last_at": now, "waits_until": now + wait}
        rows.execute(TRIES.delete().where(TRIES.c.subject == subject))
        rows.execute(TRIES.insert().values(subject=subject, **values))


def forget(rows: Connection, subject: str) -> None:
    """Start counting anew after a success."""
    rows.execute(TRIES.delete().where(TRIES.c.subject == subject))


def forget_old(rows: Connection, now: datetime) -> None:
    """Drop what is too old to count."""
    rows.execute(TRIES.delete().where(TRIES.c.last_at < now - throttle.FORGOTTEN_AFTER))


def has_old(rows: Connection, now: datetime) -> bool:
    """Whether anything is too old to count."""
    old = TRIES.c.last_at < now - throttle.FORGOTTEN_AFTER
    return rows.execute(select(TRIES.c.subject).where(old).limit(1)).first() is not None
