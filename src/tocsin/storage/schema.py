"""Which schema a database has. What it takes to get the next is `migrating`'s affair.

A database founded today is stamped with the newest revision, in the table where Alembic looks for it.
"""

from typing import Final

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from tocsin.foundation.refusal import Refused

BASE: Final = "0001"
NEWEST: Final = "0001"
"""The revision that this program works with: the newest of `migrations` (a test holds it to that)."""

STAMP: Final = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True)
)


def revision_of(rows: Connection) -> str:
    """The revision of a database. One without a stamp was founded before there were any."""
    if not inspect(rows).has_table(STAMP.name):
        return BASE
    return rows.scalar(select(STAMP.c.version_num)) or BASE


def stamp(rows: Connection) -> None:
    """Say that a database that was just made has the newest schema."""
    STAMP.create(rows, checkfirst=True)
    rows.execute(STAMP.delete())
    rows.execute(STAMP.insert().values(version_num=NEWEST))


def must_be_present(rows: Connection) -> None:
    """Refuse `older_schema` or `newer_schema` for a database that this program cannot work on."""
    present = revision_of(rows)
    if present == NEWEST:
        return
    if present > NEWEST:
        sentence = f"This database (schema {present}) was made by a later Tocsin: use that."
        raise Refused("newer_schema", sentence)
    sentence = f"The database has schema {present}, not {NEWEST}: run `tocsin upgrade`."
    raise Refused("older_schema", sentence)
