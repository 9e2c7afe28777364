"""Files as they are kept: sealed in pieces, each file under a key of its own. No names, no plain bytes.

A file that nothing was recorded of (`is_kept` False) is one that is still coming, or never came whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    select,
)

from tocsin.ledger.entry import read_line
from tocsin.ledger.sealed_file import FileSeal
from tocsin.ledger.sealing import SealBroken
from tocsin.ledger.tables import LEDGER
from tocsin.storage.columns import METADATA, Instant

PIECE_BYTES: Final = 262_144
BEGUN: Final = "incident.evidence_attached"
WITHDRAWN: Final = "incident.evidence_withdrawn"
ENDED: Final = ("incident.evidence_refused", WITHDRAWN)

FILES: Final = Table(
    "evidence_file",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("is_kept", Boolean, nullable=False, index=True),
    Column("waits", Boolean, nullable=False, index=True),
    Column("scan_tries", Integer, nullable=False),
    Column("scan_at", Instant, nullable=False),
)
PIECES: Final = Table(
    "evidence_piece",
    METADATA,
    Column("file", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    info={"rows_at_once": 32},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What the ledger says of a file that was attached: where, and what its bytes must be."""

    seq: int
    id: str
    on: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that waits for the scanner, its incident, and how often the scanner failed on it."""

    id: str
    owner: str
    tries: int


def begin(rows: Connection, id_: str, owner: str, wrapped_key: bytes, now: datetime) -> None:
    """Make room for a file that is coming."""
    said = {"id": id_, "owner": owner, "wrapped_key": wrapped_key, "started_at": now}
    unscanned = {"waits": False, "scan_tries": 0, "scan_at": now}
    rows.execute(FILES.insert().values(**said, **unscanned, size=0, is_kept=False))


def add(rows: Connection, id_: str, sealed: Sequence[tuple[int, bytes]]) -> None:
    """Keep pieces of a file that is coming."""
    made = [{"file": id_, "number": number, "sealed": piece} for number, piece in sealed]
    rows.execute(PIECES.insert(), made)


def keep(rows: Connection, id_: str, owner: str, size: int, *, waits: bool) -> bool:
    """Say that a file has come whole and is recorded of its owner. False where it is gone meanwhile."""
    changed = FILES.update().where(FILES.c.id == id_)
    kept = rows.execute(changed.values(owner=owner, size=size, is_kept=True, waits=waits))
    return kept.rowcount == 1


def no_longer_waits(rows: Connection, id_: str) -> None:
    """Say that a file was scanned."""
    rows.execute(FILES.update().where(FILES.c.id == id_).values(waits=False))


def destroy(rows: Connection, id_: str) -> None:
    """Destroy a file and its key."""
    rows.execute(FILES.delete().where(FILES.c.id == id_))
    rows.execute(PIECES.delete().where(PIECES.c.file == id_))


def drop(rows: Connection, id_: str) -> None:
    """Destroy a file that is no part of any record; never one that is."""
    unkept = FILES.delete().where(FILES.c.id == id_, FILES.c.is_kept.is_(False))
    if rows.execute(unkept).rowcount:
        rows.execute(PIECES.delete().where(PIECES.c.file == id_))


def never_came(rows: Connection, before: datetime, limit: int) -> list[str]:
    """Files that began to come before an instant and are not recorded."""
    unkept = FILES.c.is_kept.is_(False) & (FILES.c.started_at < before)
    return list(rows.scalars(select(FILES.c.id).where(unkept).limit(limit)))


def next_to_scan(rows: Connection, now: datetime) -> Waiting | None:
    """Of the files whose turn at the scanner has come, one on which it failed least often."""
    named = select(FILES.c.id, FILES.c.owner, FILES.c.scan_tries.label("tries"))
    due = named.where(FILES.c.waits.is_(True), FILES.c.scan_at <= now)
    ordered = due.order_by(FILES.c.scan_tries, FILES.c.scan_at, FILES.c.id)
    row = rows.execute(ordered.limit(1)).first()
    return None if row is None else Waiting(**row._mapping)


def scan_later(rows: Connection, id_: str, tries: int, at: datetime) -> None:
    """Say how often a file was given to the scanner, and when its next turn comes."""
    changed = FILES.update().where(FILES.c.id == id_)
    rows.execute(changed.values(scan_tries=tries, scan_at=at))


def owners(rows: Connection, ids: set[str]) -> list[tuple[str, str]]:
    """Of these files, those that are kept, with their incidents."""
    ordered, found = sorted(ids), list[tuple[str, str]]()
    for start in range(0, len(ordered), 500):
        there = FILES.c.id.in_(ordered[start : start + 500]) & FILES.c.is_kept.is_(True)
        query = select(FILES.c.id, FILES.c.owner).where(there)
        found += [(row.id, row.owner) for row in rows.execute(query)]
    return found


def seal_of(rows: Connection, encryption_key: bytes, id_: str) -> FileSeal | None:
    """The seal of a file, or None where it is not there. Raises `SealBroken`."""
    wrapped = rows.scalar(select(FILES.c.wrapped_key).where(FILES.c.id == id_))
    return None if wrapped is None else FileSeal.kept(bytes(wrapped), id_, encryption_key)


def count(rows: Connection, id_: str) -> int:
    """How many pieces a file has."""
    query = select(func.count()).select_from(PIECES).where(PIECES.c.file == id_)
    return rows.scalar(query) or 0


def piece(rows: Connection, seal: FileSeal, id_: str, number: int, pieces: int) -> bytes:
    """One piece of so many, opened. Raises `SealBroken`."""
    wanted = (PIECES.c.file == id_) & (PIECES.c.number == number)
    sealed = rows.scalar(select(PIECES.c.sealed).where(wanted))
    if sealed is None:
        raise SealBroken(id_)
    return seal.open(number, bytes(sealed), is_last=number == pieces - 1)


def attached(rows: Connection, after: int, limit: int) -> list[Attached]:
    """What the ledger says was attached after an entry, oldest first."""
    query = select(LEDGER.c.line).where(LEDGER.c.kind == BEGUN, LEDGER.c.seq > after)
    lines = map(read_line, rows.scalars(query.order_by(LEDGER.c.seq).limit(limit)))
    return [
        Attached(
            seq=line.seq,
            id=line.facts["attachment"],
            on=line.on,
            sha256=line.facts["sha256"],
            size=line.facts["size"],
        )
        for line in lines
    ]


def ended(rows: Connection, on: str) -> set[str]:
    """The files of an incident that the ledger says were destroyed."""
    query = select(LEDGER.c.line).where(LEDGER.c.aggregate == on, LEDGER.c.kind.in_(ENDED))
    return {read_line(line).facts["attachment"] for line in rows.scalars(query)}


def withdrawn(rows: Connection, after: int, limit: int) -> list[tuple[int, str]]:
    """What the ledger says was withdrawn after an entry, oldest first: the entries, and the files."""
    query = select(LEDGER.c.line).where(LEDGER.c.kind == WITHDRAWN, LEDGER.c.seq > after)
    lines = map(read_line, rows.scalars(query.order_by(LEDGER.c.seq).limit(limit)))
    return [(line.seq, line.facts["attachment"]) for line in lines]


def unrecorded(rows: Connection, known: set[str]) -> Iterator[str]:
    """Files that are kept as recorded, and are not among the known."""
    query: Any = select(FILES.c.id).where(FILES.c.is_kept.is_(True))
    return (id_ for id_ in rows.scalars(query) if id_ not in known)
