"""The tables of the ledger. Its lines are never updated or deleted: the database refuses it too."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    event,
    inspect,
    text,
)

from tocsin.foundation.refusal import Refused
from tocsin.storage.columns import METADATA, Instant

BigKey: Final = BigInteger().with_variant(Integer, "sqlite")

LEDGER: Final = Table(
    "ledger",
    METADATA,
    Column("seq", BigKey, primary_key=True, autoincrement=False),
    Column("aggregate", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("aggregate", "version"),
    Index("ledger_by_kind", "kind", "seq"),
)

NODES: Final = Table(
    "ledger_node",
    METADATA,
    Column("level", Integer, primary_key=True),
    Column("position", BigKey, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
)

HEAD: Final = Table(
    "ledger_head",
    METADATA,
    Column("only", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("origin", Text, nullable=False),
    Column("encryption_id", Text, nullable=False),
    Column("signing_id", Text, nullable=False),
)

SEALED: Final = Table(
    "sealed",
    METADATA,
    Column("seq", BigKey, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("about", Text, index=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)

CHECKPOINTS: Final = Table(
    "ledger_checkpoint",
    METADATA,
    Column("number", BigKey, primary_key=True, autoincrement=True),
    Column("size", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False),
)

GUARDED: Final = ("ledger", "ledger_node", "ledger_checkpoint")

SQLITE_GUARD: Final = """
CREATE TRIGGER {table}_refuses_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END
"""

POSTGRES_GUARD_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION ledger_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''the ledger is never changed''; END'
"""

POSTGRES_GUARD: Final = """
CREATE TRIGGER {table}_refuses_{act} BEFORE {act} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_never_changed()
"""


def _acts(dialect: str) -> tuple[str, ...]:
    return ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")


def _guard(_: object, connection: Connection, **__: object) -> None:
    if inspect(connection).has_table("ledger") and not missing_guards(connection):
        return
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text(POSTGRES_GUARD_FUNCTION))
    template = SQLITE_GUARD if dialect == "sqlite" else POSTGRES_GUARD
    for name in missing_guards(connection):
        table, act = name.split("_refuses_")
        connection.execute(text(template.format(table=table, act=act)))


event.listen(METADATA, "after_create", _guard)


def missing_guards(connection: Connection) -> list[str]:
    """The triggers that should refuse changes to the ledger and are not there or are switched off."""
    dialect = connection.dialect.name
    catalogue = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if dialect == "postgresql":
        catalogue = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    there = set(connection.execute(text(catalogue)).scalars())
    wanted = [f"{table}_refuses_{act}" for table in GUARDED for act in _acts(dialect)]
    return [name for name in wanted if name not in there]


def must_be_guarded(connection: Connection) -> None:
    """Refuse to work on a ledger whose lines could be changed."""
    missing = missing_guards(connection)
    if missing:
        raise Refused("ledger_unguarded", f"The ledger lacks the trigger {missing[0]}.")
