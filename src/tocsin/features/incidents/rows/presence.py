"""Who has the page of an incident open. A cache that forgets by itself; nothing of it is recorded.

A browser says so every half a minute; who has not said so for 75 seconds is gone. Several servers on
one database see the same, and a person is written once in half a minute however many pages they open.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Connection, Table, Text, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from tocsin.storage.columns import METADATA, Instant

PRESENCE: Final = Table(
    "incident_presence",
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
)

FRESH: Final = timedelta(seconds=30)
LASTS: Final = timedelta(seconds=75)
MOST_SHOWN: Final = 60
KEY: Final = (PRESENCE.c.incident, PRESENCE.c.person)


def is_fresh(rows: Connection, incident: str, person: str, now: datetime) -> bool:
    """Whether it was written a moment ago that this person is here."""
    query = select(PRESENCE.c.at).where(
        PRESENCE.c.incident == incident, PRESENCE.c.person == person, PRESENCE.c.at > now - FRESH
    )
    return rows.execute(query).first() is not None


def come(rows: Connection, incident: str, person: str, now: datetime) -> None:
    """Write down that a person is here, and forget everybody who is gone from anywhere."""
    gone = select(*KEY).where(PRESENCE.c.at <= now - LASTS).with_for_update(skip_locked=True)
    rows.execute(PRESENCE.delete().where(tuple_(*KEY).in_(gone)))
    dialect = sqlite if rows.dialect.name == "sqlite" else postgresql
    made = dialect.insert(PRESENCE).values(incident=incident, person=person, at=now)
    again = {"at": made.excluded.at}
    rows.execute(made.on_conflict_do_update(index_elements=["incident", "person"], set_=again))


def here(rows: Connection, incident: str, now: datetime, named: frozenset[str] | None) -> list[str]:
    """Who has the page of an incident open and may see it: all, or those `named` to it."""
    query = select(PRESENCE.c.person).where(
        PRESENCE.c.incident == incident, PRESENCE.c.at > now - LASTS
    )
    there = rows.scalars(query.order_by(PRESENCE.c.person).limit(MOST_SHOWN))
    return [person for person in there if named is None or person in named]
