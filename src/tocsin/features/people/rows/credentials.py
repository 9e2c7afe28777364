"""What people prove themselves with: a plain table, for the ledger must not hold it.

A password is kept as its argon2id hash, a second factor's key sealed.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, Table, Text, func, select

from tocsin.features.people.rows.people import PEOPLE
from tocsin.storage.columns import METADATA

CREDENTIALS: Final = Table(
    "credential",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("password_hash", Text),
    Column("second_factor", LargeBinary),
    Column("second_factor_offered", LargeBinary),
    Column("last_step", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What is kept to know a person again.

    `second_factor_offered` is a key that no code has confirmed yet; `last_step` the time step of the
    last code used, so that none is used twice.
    """

    person: str
    password_hash: str | None = None
    second_factor: bytes | None = None
    second_factor_offered: bytes | None = None
    last_step: int = 0


KEPT: Final = [CREDENTIALS.c[name] for name in Credential.__dataclass_fields__]


def of_person(rows: Connection, person: str) -> Credential:
    """What a person proves themselves with; empty where nothing was set."""
    row = rows.execute(select(*KEPT).where(CREDENTIALS.c.person == person)).one_or_none()
    return Credential(person=person) if row is None else _credential(row._mapping)


def by_email(rows: Connection, email: str) -> Credential | None:
    """What belongs to an e-mail address, or None where nobody has it."""
    others = [column for column in KEPT if column.name not in ("person", "last_step")]
    last_step = func.coalesce(CREDENTIALS.c.last_step, 0).label("last_step")
    both = PEOPLE.outerjoin(CREDENTIALS, PEOPLE.c.id == CREDENTIALS.c.person)
    query = select(PEOPLE.c.id.label("person"), last_step, *others).select_from(both)
    row = rows.execute(query.where(PEOPLE.c.email == email)).one_or_none()
    return None if row is None else _credential(row._mapping)


def change(rows: Connection, person: str, **values: object) -> None:
    """Keep something else of a person."""
    changed = CREDENTIALS.update().where(CREDENTIALS.c.person == person).values(values)
    if not rows.execute(changed).rowcount:
        whole = {"person": person, "last_step": 0, **values}
        rows.execute(CREDENTIALS.insert().values(whole))


def _credential(row: Any) -> Credential:  # noqa: ANN401 - a row of CREDENTIALS
    values = dict(row)
    for name in ("second_factor", "second_factor_offered"):
        values[name] = None if values[name] is None else bytes(values[name])
    return Credential(**values)
