"""People as rows."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Text, select

from tocsin.access.policy import Role
from tocsin.features.people.events import PersonEvent
from tocsin.features.people.evolution import evolve_person
from tocsin.features.people.state import Person
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.ledger.words import Erased, shown
from tocsin.storage.columns import Instant

PEOPLE: Final = state_table(
    "person",
    Column("email", Text, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False, index=True),
    Column("is_disabled", Boolean, nullable=False),
    Column("has_password", Boolean, nullable=False),
    Column("has_second_factor", Boolean, nullable=False),
    Column("zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("theme", Text, nullable=False),
    Column("single_keys", Boolean, nullable=False),
    Column("keymap", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
)


def _columns(person: Person) -> dict[str, Any]:
    return {
        "email": None if isinstance(person.email, Erased) else person.email.value,
        "name": shown(person.name),
        "role": person.role.value,
        "is_disabled": person.is_disabled,
        "has_password": person.has_password,
        "has_second_factor": person.has_second_factor,
        "zone": person.zone,
        "language": person.language,
        "theme": person.theme.value,
        "single_keys": person.single_keys,
        "keymap": json.dumps(person.keys, ensure_ascii=False, sort_keys=True),
        "added_at": person.added_at,
    }


PERSON: Final = Aggregate[Person, PersonEvent]("person", Person, evolve_person, PEOPLE, _columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One line of the list of people. `email` is None where it was erased."""

    id: str
    email: str | None
    name: str
    role: str
    is_disabled: bool
    has_password: bool
    has_second_factor: bool
    zone: str
    language: str
    theme: str
    single_keys: bool
    added_at: datetime


SHOWN: Final = [PEOPLE.c[name] for name in PersonRow.__dataclass_fields__]


def listed(rows: Connection, *, after: str | None, limit: int) -> list[PersonRow]:
    """The people after an id, in the order in which they were added."""
    query = select(*SHOWN).order_by(PEOPLE.c.id).limit(limit)
    if after is not None:
        query = query.where(PEOPLE.c.id > after)
    return [PersonRow(**row._mapping) for row in rows.execute(query)]


def person_by_email(rows: Connection, email: str) -> PersonRow | None:
    """Whose e-mail address this is, however it is spelled."""
    query = select(*SHOWN).where(PEOPLE.c.email == email.strip().lower())
    row = rows.execute(query).one_or_none()
    return None if row is None else PersonRow(**row._mapping)


def person_by_id(rows: Connection, id_: str) -> PersonRow | None:
    """The line of one person."""
    row = rows.execute(select(*SHOWN).where(PEOPLE.c.id == id_)).one_or_none()
    return None if row is None else PersonRow(**row._mapping)


def has_other_admin(rows: Connection, person: str) -> bool:
    """Whether somebody else is an admin who is let in."""
    query = select(PEOPLE.c.id).where(
        PEOPLE.c.role == Role.ADMIN.value, PEOPLE.c.is_disabled.is_(False), PEOPLE.c.id != person
    )
    return rows.execute(query.limit(1)).first() is not None
