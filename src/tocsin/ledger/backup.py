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
from sqlalchemy import Connection, Table, func, select, text

from tocsin.foundation.clock import Clock, written
from tocsin.foundation.refusal import Refused
from tocsin.ledger import checkpoint
from tocsin.ledger.change import Change
from tocsin.ledger.entry import By
from tocsin.ledger.event import event
from tocsin.ledger.keys import Keys
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.tables import HEAD
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
    with (
        ledger.read() as rows,
        zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as file,
    ):
        if not ledger.database.is_sqlite:
            rows.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        size = rows.scalar(select(HEAD.c.size)) or 0
        front = {"format": FORMAT, "size": size, "made_at": written(ledger.clock())}
        file.writestr("backup.json", msgspec.json.encode(front))
        for table in METADATA.sorted_tables:
            with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
                progress(table.name, _write(rows, table, out.write))
    return size


def _write(rows: Connection, table: Table, write: Callable[[bytes], object]) -> int:
    count = 0
    for row in rows.execution_options(yield_per=CHUNK).execute(select(table)):
        write(msgspec.json.encode([_plain(value) for value in row]) + b"\n")
        count += 1
    return count


def _plain(value: object) -> object:
    match value:
        case bytes() | memoryview():
            return {"b": base64.b64encode(bytes(value)).decode()}
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
    """Fill an empty database from a backup and declare the fork.

    `declare` does in the same change what must not wait: it erases again what was erased since.
    """
    try:
        with zipfile.ZipFile(source) as file:
            front = msgspec.json.decode(file.read("backup.json"), type=dict[str, Any])
            _fill(database, file)
    except (OSError, KeyError, zipfile.BadZipFile, msgspec.DecodeError):
        raise Refused("bad_backup", f"{source} is not a backup of Tocsin.") from None
    ledger = Ledger(database, keys, clock)
    with ledger.change(By(id="tocsin", kind="host")) as change:
        at = datetime.fromisoformat(front["made_at"])
        change.note("ledger:restores", Restored(size=front["size"], backed_up_at=at))
        declare(change)
    return ledger


def _fill(database: Database, file: zipfile.ZipFile) -> None:
    with database.write() as rows:
        METADATA.create_all(rows)
        if rows.scalar(select(func.count()).select_from(HEAD)):
            raise Refused("already_founded", "There is an organisation in this database already.")
        for table in METADATA.sorted_tables:
            for some in _chunks(file, table):
                rows.execute(table.insert(), some)
        _restart_counters(rows)


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
            if len(some) == CHUNK:
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
            sequence = select(func.pg_get_serial_sequence(table.name, column.name)).scalar_subquery()
            highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            rows.execute(select(func.setval(sequence, highest, False)))  # noqa: FBT003 - SQL's
