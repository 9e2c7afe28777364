"""Reads entries of the ledger, with their words opened where the keys still exist."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Row, select

from tocsin.ledger.entry import Entry, Line, actor_of, instant_of, read_line
from tocsin.ledger.event import put_together
from tocsin.ledger.sealing import SealedPart, open_part
from tocsin.ledger.tables import LEDGER, SEALED
from tocsin.ledger.words import ERASED, Text, Words

CHUNK = 500


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


def after(rows: Connection, encryption_key: bytes, seq: int, limit: int = CHUNK) -> list[Entry]:
    """What was recorded after entry `seq` (-1 for all), oldest first."""
    query = select(LEDGER.c.line).where(LEDGER.c.seq > seq).order_by(LEDGER.c.seq).limit(limit)
    return opened(rows, encryption_key, [read_line(text) for text in rows.scalars(query)])


def everything(rows: Connection, encryption_key: bytes) -> Iterator[Entry]:
    """Every entry there is, oldest first, a chunk at a time."""
    last = -1
    while found := after(rows, encryption_key, last):
        yield from found
        last = found[-1].seq


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
