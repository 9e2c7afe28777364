"""Sessions: a plain table. A cookie's secret is kept as its digest; a row that is gone opens nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, Text, bindparam, or_, select

from tocsin.features.people.rows.people import PEOPLE
from tocsin.storage.columns import METADATA, Instant

SESSIONS: Final = Table(
    "web_session",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("person", Text, nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("idle_ends_at", Instant, nullable=False, index=True),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("ip_prefix", Text, nullable=False),
    Column("agent", Text, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session, as its person sees it."""

    id: str
    person: str
    made_at: datetime
    seen_at: datetime
    idle_ends_at: datetime
    ends_at: datetime
    ip_prefix: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session together with what its person may do and sees."""

    id: str
    person: str
    seen_at: datetime
    role: str
    name: str
    zone: str
    language: str
    theme: str
    single_keys: bool
    keys: dict[str, str]


SHOWN: Final = [SESSIONS.c[name] for name in SessionRow.__dataclass_fields__]


def keep(rows: Connection, session: SessionRow, digest: str) -> None:
    """Begin a session."""
    values = {name: getattr(session, name) for name in SessionRow.__dataclass_fields__}
    rows.execute(SESSIONS.insert().values(**values, digest=digest))


OPEN: Final = (
    select(
        SESSIONS.c.id,
        SESSIONS.c.person,
        SESSIONS.c.seen_at,
        PEOPLE.c.role,
        PEOPLE.c.name,
        PEOPLE.c.zone,
        PEOPLE.c.language,
        PEOPLE.c.theme,
        PEOPLE.c.single_keys,
        PEOPLE.c.keymap,
    )
    .join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person)
    .where(SESSIONS.c.digest == bindparam("sought"), PEOPLE.c.is_disabled.is_(False))
    .where(SESSIONS.c.idle_ends_at > bindparam("now"), SESSIONS.c.ends_at > bindparam("now"))
)
"""Made once: it is asked with every page."""


def open_by_digest(rows: Connection, digest: str, now: datetime) -> OpenSession | None:
    """The session behind a cookie: neither ended nor expired, of somebody who is let in."""
    row = rows.execute(OPEN, {"sought": digest, "now": now}).one_or_none()
    if row is None:
        return None
    kept = dict(row._mapping)
    keys = json.loads(kept.pop("keymap"))
    return OpenSession(**kept, keys=keys)


def seen(rows: Connection, id_: str, now: datetime, idle_ends_at: datetime) -> None:
    """Remember that a session is in use."""
    mine = SESSIONS.update().where(SESSIONS.c.id == id_)
    rows.execute(mine.values(seen_at=now, idle_ends_at=idle_ends_at))


def of_person(rows: Connection, person: str) -> list[SessionRow]:
    """The sessions of a person, the newest first."""
    query = select(*SHOWN).where(SESSIONS.c.person == person).order_by(SESSIONS.c.made_at.desc())
    return [SessionRow(**row._mapping) for row in rows.execute(query)]


def by_digest(rows: Connection, digest: str) -> SessionRow | None:
    """The session behind a cookie, also if it has expired."""
    row = rows.execute(select(*SHOWN).where(SESSIONS.c.digest == digest)).one_or_none()
    return None if row is None else SessionRow(**row._mapping)


def everybodys(rows: Connection) -> list[SessionRow]:
    """Every session there is."""
    return [SessionRow(**row._mapping) for row in rows.execute(select(*SHOWN))]


def expired(rows: Connection, now: datetime, limit: int) -> list[SessionRow]:
    """The sessions whose time is over."""
    over: Any = or_(SESSIONS.c.idle_ends_at <= now, SESSIONS.c.ends_at <= now)
    query = select(*SHOWN).where(over).order_by(SESSIONS.c.id).limit(limit)
    return [SessionRow(**row._mapping) for row in rows.execute(query)]


def end(rows: Connection, ids: Sequence[str]) -> None:
    """End sessions."""
    rows.execute(SESSIONS.delete().where(SESSIONS.c.id.in_(list(ids))))
