"""Reads entries of the ledger, with their words opened where the keys still exist."""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Connection, Row, bindparam, func, select

from tocsin.ledger.entry import Entry, Line, actor_of, instant_of, read_line
from tocsin.ledger.event import put_together
from tocsin.ledger.sealing import SealedPart, open_part
from tocsin.ledger.tables import LEDGER, SEALED
from tocsin.ledger.words import ERASED, Text, Words

CHUNK = 500

NEXT: Final = (
    select(LEDGER.c.seq, LEDGER.c.kind, LEDGER.c.line)
    .where(LEDGER.c.seq > bindparam("place"))
    .order_by(LEDGER.c.seq)
    .limit(bindparam("most"))
)


def of_aggregate(
    rows: Connection, encryption_key: bytes, aggregate: str, *, after: int = 0
) -> list[Entry]:
    """The entries about one aggregate after a version of it, oldest first."""
    query = (
        select(LEDGER.c.line)
        .where(LEDGER.c.aggregate == aggregate, LEDGER.c.version > after)
        .order_by(LEDGER.c.version)
    )
    return opened(rows, encryption_key, [read_line(text) for text in rows.scalars(query)])


def some_of_aggregate(
    rows: Connection, encryption_key: bytes, aggregate: str, seqs: Collection[int]
) -> list[Entry]:
    """Those entries about one aggregate that stand at these places, oldest first."""
    there = LEDGER.c.seq.in_(sorted(seqs))
    query = select(LEDGER.c.line).where(there, LEDGER.c.aggregate == aggregate)
    lines = [read_line(text) for text in rows.scalars(query.order_by(LEDGER.c.seq))]
    return opened(rows, encryption_key, lines)


def at(rows: Connection, encryption_key: bytes, seqs: Collection[int]) -> list[Entry]:
    """The entries at these places, whatever they are about, oldest first."""
    there = select(LEDGER.c.line).where(LEDGER.c.seq.in_(sorted(seqs))).order_by(LEDGER.c.seq)
    return opened(rows, encryption_key, [read_line(text) for text in rows.scalars(there)])


def place_of(rows: Connection, aggregate: str, version: int) -> int | None:
    """Where the entry stands that brought an aggregate to a version."""
    query = select(LEDGER.c.seq).where(LEDGER.c.aggregate == aggregate, LEDGER.c.version == version)
    found: int | None = rows.scalar(query)
    return found


def versions_at(rows: Connection, aggregate: str, seqs: Collection[int]) -> dict[int, int]:
    """To which version the entries at these places brought an aggregate, as far as they are about it."""
    there = LEDGER.c.seq.in_(sorted(seqs))
    query = select(LEDGER.c.seq, LEDGER.c.version).where(there, LEDGER.c.aggregate == aggregate)
    return {row.seq: row.version for row in rows.execute(query)}


def after(rows: Connection, encryption_key: bytes, seq: int, limit: int = CHUNK) -> list[Entry]:
    """What was recorded after entry `seq` (-1 for all), oldest first."""
    query = select(LEDGER.c.line).where(LEDGER.c.seq > seq).order_by(LEDGER.c.seq).limit(limit)
    return opened(rows, encryption_key, [read_line(text) for text in rows.scalars(query)])


KINDS_OF_NEXT: Final = NEXT.with_only_columns(LEDGER.c.seq, LEDGER.c.kind)


TOUCHED: Final = NEXT.with_only_columns(LEDGER.c.seq, LEDGER.c.aggregate)


def of_kinds_after(
    rows: Connection, encryption_key: bytes, seq: int, kinds: Collection[str], limit: int
) -> tuple[int, list[Entry]]:
    """Of the next `limit` entries after `seq`: the last one's place, and those of some kinds, opened."""
    found = rows.execute(NEXT, {"place": seq, "most": limit}).all()
    lines = [read_line(row.line) for row in found if row.kind in kinds]
    return (found[-1].seq if found else seq), opened(rows, encryption_key, lines)


def kinds_after(rows: Connection, seq: int, limit: int) -> tuple[int, set[str]]:
    """Of the next `limit` entries after `seq`: the last one's place, and the kinds that occur."""
    found = rows.execute(KINDS_OF_NEXT, {"place": seq, "most": limit}).all()
    return (found[-1].seq if found else seq), {row.kind for row in found}


LAST: Final = select(func.max(LEDGER.c.seq))


def last(rows: Connection) -> int:
    """Where the ledger ends: the last entry's `seq`, -1 where there is none."""
    seq = rows.scalar(LAST)
    return -1 if seq is None else int(seq)


def touched_after(rows: Connection, seq: int, limit: int = CHUNK) -> list[tuple[int, str]]:
    """What was recorded after entry `seq`, as places and the aggregates they are about; no words."""
    found = rows.execute(TOUCHED, {"place": seq, "most": limit})
    return [(row.seq, row.aggregate) for row in found]


def opened(rows: Connection, encryption_key: bytes, lines: Sequence[Line]) -> list[Entry]:
    """Entries from lines: their parts fetched at once, opened, and put together."""
    worded = [line.seq for line in lines if line.words]
    parts: dict[tuple[int, str], Row[tuple[bytes, bytes, str | None]]] = {}
    for start in range(0, len(worded), CHUNK):
        some = worded[start : start + CHUNK]
        for row in rows.execute(select(SEALED).where(SEALED.c.seq.in_(some))):
            parts[row.seq, row.part] = row
    return [_entry(line, _words(line, parts, encryption_key)) for line in lines]


def _words(
    line: Line, parts: dict[tuple[int, str], Row[tuple[bytes, bytes, str | None]]], key: bytes
) -> dict[str, Words]:
    words: dict[str, Words] = {}
    for part, digest in line.words.items():
        row = parts.get((line.seq, part))
        if row is None:
            words[part] = ERASED
            continue
        sealed = SealedPart(digest, row.wrapped_key, row.ciphertext)
        text = open_part(sealed, place=f"{line.seq}:{part}", encryption_key=key).text
        words[part] = Text(text, row.about)
    return words


def _entry(line: Line, words: dict[str, Words]) -> Entry:
    return Entry(
        seq=line.seq,
        aggregate=line.on,
        version=line.version,
        kind=line.kind,
        at=instant_of(line),
        by=actor_of(line),
        event=put_together(line.kind, line.shape, line.facts, words),
    )
