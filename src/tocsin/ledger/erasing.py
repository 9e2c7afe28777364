"""Erases words for good: their keys go, the rows are made anew, and the ledger says what was erased.

The lines stay, so every root and every proof stays what it was.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import select, tuple_

from tocsin.foundation.refusal import Refused
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.change import Change
from tocsin.ledger.event import event
from tocsin.ledger.tables import LEDGER, SEALED
from tocsin.ledger.words import Text, Words

Part = tuple[int, str]

ERASED_FILE: Final = "erased.jsonl"


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
    there = tuple_(SEALED.c.seq, SEALED.c.part).in_(list(parts))
    found = change.rows.execute(select(SEALED.c.seq).where(there)).scalars().all()
    if len(found) != len(set(parts)):
        raise Refused("unknown_part", "Some of these words do not exist or were erased before.")
    change.rows.execute(SEALED.delete().where(there))
    change.note("ledger:erasures", erased)
    named = {aggregate.name: aggregate for aggregate in aggregates}
    touched = select(LEDGER.c.aggregate).where(LEDGER.c.seq.in_(found)).distinct()
    for key in change.rows.scalars(touched).all():
        name, _, id_ = key.partition(":")
        if name in named:
            rewrite(change, named[name], id_)


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
    query = select(SEALED.c.seq, SEALED.c.part).where(
        tuple_(SEALED.c.seq, SEALED.c.part).in_(sorted(named))
    )
    back = tuple((row.seq, row.part) for row in change.rows.execute(query))
    if back:
        reason = Text("It was erased after this backup had been made.")
        again = WordsErased(parts=back, approved_by="as approved before", reason=reason)
        erase(change, back, again, aggregates)


def rewrite(change: Change, aggregate: Aggregate[Any, Any], id_: str) -> None:
    """Fold an aggregate's history anew and write its row."""
    entries = change.history(aggregate.key(id_))
    state = aggregate.after(entries)
    assert state is not None, "it has a history"
    aggregate.write(change.rows, id_, state, entries[-1].version)
