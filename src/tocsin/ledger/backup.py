"""Backups: every row of every table at one moment, in one ZIP file that either database can take.

The keys are never in it. A restore is a declared fork: the ledger says what was restored and from when.
"""

import base64
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, MetaData, Table, func, select

from tocsin.foundation.clock import Clock, system_clock, written
from tocsin.foundation.refusal import Refused
from tocsin.ledger import checkpoint, private_file
from tocsin.ledger.change import Change
from tocsin.ledger.entry import By
from tocsin.ledger.event import event
from tocsin.ledger.keys import Keys
from tocsin.ledger.ledger import Ledger, frontier_of, must_be_keys_of
from tocsin.ledger.tables import HEAD
from tocsin.storage import schema
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

FORMAT: Final = "tocsin-backup/1"
CHUNK: Final = 1000


@event("ledger.restored")
class Restored:
    """The database was replaced by a backup: what was recorded after `size` entries was lost here."""

    size: int
    backed_up_at: datetime


def back_up(ledger: Ledger, target: Path, progress: Callable[[str, int], None]) -> int:
    """Write a backup to a new file and answer how many entries of the ledger it holds."""
    checkpoint.make(ledger)
    return _copy(ledger.database, target, progress, METADATA)


def copy_before_upgrade(database: Database, target: Path) -> None:
    """Keep a database of whatever schema as it is, in a form that its own version restores."""
    if database.is_sqlite:
        private_file.new(target).close()  # SQLite fills an empty file, and leaves it as it is
        with database.alone(), database.engine.connect() as rows:
            rows.exec_driver_sql("VACUUM INTO ?", (str(target),))
        return
    present = MetaData()
    with database.read() as rows:
        present.reflect(rows)
    _copy(database, target, _unseen, present)


def _unseen(_: str, __: int) -> None:
    """Progress that nobody watches."""


def _copy(
    database: Database, target: Path, progress: Callable[[str, int], None], tables: MetaData
) -> int:
    with (
        database.snapshot() as rows,
        private_file.new(target) as kept,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file,
    ):
        head = rows.execute(select(HEAD)).one()
        front = {"format": FORMAT, "size": head.size, "schema": schema.revision_of(rows)}
        front["made_at"] = written(max(system_clock(), head.at))
        file.writestr("backup.json", msgspec.json.encode(front))
        for table in tables.sorted_tables:
            with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
                progress(table.name, _write(rows, table, out.write))
    return int(head.size)


def _write(rows: Connection, table: Table, write: Callable[[bytes], object]) -> int:
    count = 0
    for row in rows.execution_options(yield_per=_at_once(table)).execute(select(table)):
        write(msgspec.json.encode([_plain(value) for value in row]) + b"\n")
        count += 1
    return count


def _at_once(table: Table) -> int:
    """How many rows are held at a time: fewer of a table whose rows are large."""
    return int(table.info.get("rows_at_once", CHUNK))


def _plain(value: object) -> object:
    match value:
        case bytes():
            return {"b": base64.b64encode(value).decode()}
        case datetime():
            return {"t": written(value)}
        case _:
            return value


def _rich(value: Any) -> Any:  # noqa: ANN401 - a cell of any type
    match value:
        case {"b": str() as encoded}:
            return base64.b64decode(encoded)
        case {"t": str() as instant}:
            return datetime.fromisoformat(instant)
        case _:
            return value


def restore(
    database: Database,
    source: Path,
    keys: Keys,
    clock: Clock,
    declare: Callable[[Change], None],
) -> Ledger:
    """Fill an empty database from a backup and declare the fork, all of it or nothing.

    `declare` does in the same change what must not wait: it erases again what was erased since.
    Refuses `bad_backup`, `other_schema`, `already_founded` and `other_keys`.
    """
    with database.write() as rows:
        front = _filled(rows, source)
        _declared(rows, keys, clock, front, declare)
    return Ledger(database, keys, clock)


def _filled(rows: Connection, source: Path) -> dict[str, Any]:
    """Put everything in its place, and answer what the backup says of itself."""
    try:
        with zipfile.ZipFile(source) as file:
            front = msgspec.json.decode(file.read("backup.json"), type=dict[str, Any])
            _must_be_of_this_schema(front["schema"])
            _fill(rows, file)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, msgspec.DecodeError):
        raise Refused("bad_backup", f"{source} is not a backup of Tocsin.") from None
    return front


def _declared(
    rows: Connection,
    keys: Keys,
    clock: Clock,
    front: dict[str, Any],
    declare: Callable[[Change], None],
) -> None:
    """Declare the fork in the same transaction: no restored database is ever without it."""
    head = rows.execute(select(HEAD)).one()
    must_be_keys_of(head, keys)
    by, now = By(id="tocsin", kind="host"), max(clock(), head.at)
    change = Change(rows, keys.encryption, by, now, frontier_of(head))
    at = datetime.fromisoformat(front["made_at"])
    change.note("ledger:restores", Restored(size=front["size"], backed_up_at=at))
    declare(change)
    change.keep()


def _must_be_of_this_schema(revision: str) -> None:
    if revision != schema.NEWEST:
        sentence = f"This backup has schema {revision}: restore it with that version, then upgrade."
        raise Refused("other_schema", sentence)


def _fill(rows: Connection, file: zipfile.ZipFile) -> None:
    METADATA.create_all(rows)
    if rows.scalar(select(func.count()).select_from(HEAD)):
        raise Refused("already_founded", "There is an organisation in this database already.")
    for table in METADATA.sorted_tables:
        for some in _chunks(file, table):
            rows.execute(table.insert(), some)
    _restart_counters(rows)
    schema.stamp(rows)


def _chunks(file: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    name = f"{table.name}.jsonl"
    if name not in file.namelist():
        return
    columns = [column.name for column in table.columns]
    some: list[dict[str, Any]] = []
    with file.open(name) as lines:
        for line in lines:
            values = msgspec.json.decode(line, type=list[Any])
            some.append(dict(zip(columns, map(_rich, values), strict=True)))
            if len(some) == _at_once(table):
                yield some
                some = []
    if some:
        yield some


def _restart_counters(rows: Connection) -> None:
    """PostgreSQL's sequences do not notice ids that were given: move them on."""
    if rows.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = select(
                func.pg_get_serial_sequence(table.name, column.name)
            ).scalar_subquery()
            highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            rows.execute(select(func.setval(sequence, highest, False)))  # noqa: FBT003 - SQL's
