"""Erases words for good: their keys go, the rows are made anew, and the ledger says what was erased.

The lines stay, so every root and every proof stays what it was.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, tuple_

from tocsin.foundation.refusal import Refused
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.change import Change
from tocsin.ledger.event import event
from tocsin.ledger.tables import LEDGER, SEALED
from tocsin.ledger.words import Text, Words

Part = tuple[int, str]

ERASED_FILE: Final = "erased.jsonl"
PART: Final = tuple_(SEALED.c.seq, SEALED.c.part)
CHUNK: Final = 500


@event("ledger.words_erased")
class WordsErased:
    """The keys of these parts were destroyed. `parts` are (seq, part)."""

    parts: tuple[Part, ...]
    approved_by: str
    reason: Words


def erase(
    change: Change,
    parts: Sequence[Part],
    erased: WordsErased,
    aggregates: Sequence[Aggregate[Any, Any]],
) -> None:
    """Destroy the keys of the parts, record it, and rewrite the rows that showed them."""
    found = _there(change.rows, set(parts))
    if len(found) != len(set(parts)):
        raise Refused("unknown_part", "Some of these words do not exist or were erased before.")
    touched: set[str] = set()
    for some in _chunks(found):
        change.rows.execute(SEALED.delete().where(PART.in_(some)))
        lines = LEDGER.c.seq.in_([seq for seq, _ in some])
        touched |= set(change.rows.scalars(select(LEDGER.c.aggregate).where(lines)))
    change.note("ledger:erasures", erased)
    named = {aggregate.name: aggregate for aggregate in aggregates}
    for key in sorted(touched):
        name, _, id_ = key.partition(":")
        if name in named:
            rewrite(change, named[name], id_)
    for name in {key.partition(":")[0] for key in touched} & named.keys():
        if (worded := named[name].worded) is not None:
            worded.purge(change.rows)


def remember(keys_folder: Path, parts: Sequence[Part]) -> None:
    """Note beside the keys what was erased, so that no restored backup brings it back."""
    with (keys_folder / ERASED_FILE).open("ab") as file:
        file.writelines(msgspec.json.encode(part) + b"\n" for part in parts)
        file.flush()
        os.fsync(file.fileno())


def erase_again(
    change: Change, keys_folder: Path, aggregates: Sequence[Aggregate[Any, Any]]
) -> None:
    """Erase in a restored database what was erased since its backup was made."""
    remembered = keys_folder / ERASED_FILE
    if not remembered.exists():
        return
    lines = remembered.read_bytes().splitlines()
    named = {msgspec.json.decode(line, type=Part) for line in lines}
    back = tuple(_there(change.rows, named))
    if back:
        reason = Text("It was erased after this backup had been made.")
        again = WordsErased(parts=back, approved_by="as approved before", reason=reason)
        erase(change, back, again, aggregates)


def _there(rows: Connection, parts: Collection[Part]) -> list[Part]:
    """Which of these parts are there."""
    return [
        (row.seq, row.part)
        for some in _chunks(sorted(parts))
        for row in rows.execute(select(SEALED.c.seq, SEALED.c.part).where(PART.in_(some)))
    ]


def _chunks(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """So many at a time as one statement takes."""
    return (parts[start : start + CHUNK] for start in range(0, len(parts), CHUNK))


def rewrite(change: Change, aggregate: Aggregate[Any, Any], id_: str) -> None:
    """Fold an aggregate's history anew and write its row."""
    entries = change.history(aggregate.key(id_))
    state = aggregate.after(entries)
    assert state is not None, "it has a history"
    aggregate.write(change.rows, id_, state, entries[-1].version)
    if aggregate.worded is not None:
        aggregate.worded.rewrite(change.rows, id_, state, entries)
