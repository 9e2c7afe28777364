"""Holds the database against itself: lines against leaves and roots, and rows against the fold.

Finds damage; never mends it. What an outsider can prove is `tocsin-verify`'s affair.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from tocsin.ledger import history
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.entry import Line, read_line
from tocsin.ledger.ledger import Ledger, frontier_of
from tocsin.ledger.sealing import SealBroken
from tocsin.ledger.tables import CHECKPOINTS, HEAD, LEDGER, NODES, SEALED
from tocsin.ledger.tree import Frontier, Node, leaf

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be, in a sentence that names it."""

    where: str
    sentence: str


def lines(ledger: Ledger, progress: Progress) -> Iterator[Fault]:
    """Whether every line is the one that was hashed, and every checkpoint the root of its time."""
    with ledger.read() as rows:
        head = rows.execute(select(HEAD)).one()
        notes = {row.size: row.note for row in rows.execute(select(CHECKPOINTS))}
        inner = {(row.level, row.position): bytes(row.digest) for row in rows.execute(select(NODES))}
        tree = Frontier()
        for row in rows.execute(select(LEDGER).order_by(LEDGER.c.seq)):
            yield from _line(row, tree.size)
            tree, made = tree.append(leaf(row.line.encode()))
            yield from _nodes(made, inner)
            if tree.size in notes and not _has_root(notes[tree.size], tree.root):
                yield Fault(f"entry {row.seq}", f"The checkpoint of size {tree.size} has another root.")
            if not tree.size % 1000:
                progress(tree.size, head.size)
        if tree != frontier_of(head):
            sentence = f"The head tells of {head.size} entries, the lines make {tree.size}."
            yield Fault("head", sentence)


def _line(row: Any, index: int) -> Iterator[Fault]:  # noqa: ANN401 - a row of LEDGER
    where = f"entry {row.seq}"
    if row.seq != index:
        yield Fault(f"entry {index}", f"Entry {index} is missing; the next one is {row.seq}.")
    if leaf(row.line.encode()) != bytes(row.leaf):
        yield Fault(where, f"Entry {row.seq} was changed: its line does not match its digest.")
        return
    line = read_line(row.line)
    written = (line.seq, line.on, line.version, line.kind, line.by["id"])
    if written != (row.seq, row.aggregate, row.version, row.kind, row.actor):
        yield Fault(where, f"Entry {row.seq}: the columns beside the line do not match it.")


def _nodes(made: Sequence[tuple[Node, bytes]], inner: dict[Node, bytes]) -> Iterator[Fault]:
    for node, digest in made:
        if inner.get(node) != digest:
            yield Fault(f"node {node}", f"The stored node {node} of the tree is not its digest.")


def _has_root(note: str, root: bytes) -> bool:
    return note.split("\n")[2] == base64.b64encode(root).decode()


def words(ledger: Ledger, progress: Progress) -> Iterator[Fault]:
    """Whether every part opens, and every missing one was erased by a later entry."""
    with ledger.read() as rows:
        missing: dict[tuple[int, str], Line] = {}
        last = -1
        while texts := rows.scalars(_next(last)).all():
            some = [read_line(text) for text in texts]
            last = some[-1].seq
            yield from _broken(rows, ledger, some)
            missing |= _missing(rows, some)
            for line in some:
                if line.kind == "ledger.words_erased":
                    for seq, part in line.facts["parts"]:
                        missing.pop((seq, part), None)
            progress(last, last)
        for seq, part in missing:
            yield Fault(f"entry {seq}", f"The words {part!r} of entry {seq} are gone, not erased.")


def _next(last: int) -> Any:  # noqa: ANN401 - a select
    return select(LEDGER.c.line).where(LEDGER.c.seq > last).order_by(LEDGER.c.seq).limit(500)


def _broken(rows: Connection, ledger: Ledger, some: Sequence[Line]) -> Iterator[Fault]:
    for line in some:
        try:
            history.opened(rows, ledger.keys.encryption, [line])
        except SealBroken:
            yield Fault(f"entry {line.seq}", f"The words of entry {line.seq} do not match it.")


def _missing(rows: Connection, some: Sequence[Line]) -> dict[tuple[int, str], Line]:
    seqs = [line.seq for line in some if line.words]
    query = select(SEALED.c.seq, SEALED.c.part).where(SEALED.c.seq.in_(seqs))
    there = {(row.seq, row.part) for row in rows.execute(query)}
    return {
        (line.seq, part): line for line in some for part in line.words if (line.seq, part) not in there
    }


def rows_against_fold(
    ledger: Ledger, aggregates: Sequence[Aggregate[Any, Any]], progress: Progress
) -> Iterator[Fault]:
    """Whether every row is what its history makes of it; names table, id and column otherwise."""
    with ledger.read() as rows:
        for number, aggregate in enumerate(aggregates):
            progress(number, len(aggregates))
            yield from _table_against_fold(ledger, rows, aggregate)


def _table_against_fold(
    ledger: Ledger, rows: Connection, aggregate: Aggregate[Any, Any]
) -> Iterator[Fault]:
    table = aggregate.table
    kept = {row.id: dict(row._mapping) for row in rows.execute(select(table))}
    states = dict(_folded(ledger, rows, aggregate))
    folded = {id_: aggregate.row(id_, *found) for id_, found in states.items()}
    yield from _beside_against_fold(rows, aggregate, {id_: it for id_, (it, _) in states.items()})
    for id_ in sorted(kept.keys() | folded.keys()):
        where = f"{table.name} {id_}"
        if id_ not in folded:
            yield Fault(where, f"The row {where} has no history.")
        elif id_ not in kept:
            yield Fault(where, f"The row {where} is missing.")
        else:
            for column, value in folded[id_].items():
                if not _same(kept[id_][column], value):
                    yield Fault(where, f"The column {column} of {where} is not what happened.")


def _beside_against_fold(
    rows: Connection, aggregate: Aggregate[Any, Any], states: Mapping[str, Any]
) -> Iterator[Fault]:
    for beside in aggregate.beside:
        name = beside.table.name
        kept: dict[str, list[bytes]] = {}
        for row in rows.execute(select(beside.table)):
            kept.setdefault(row.owner, []).append(_spelled(dict(row._mapping)))
        made = {id_: [_spelled(row) for row in beside.made(id_, it)] for id_, it in states.items()}
        for id_ in sorted(kept.keys() | made.keys()):
            if sorted(kept.get(id_, [])) != sorted(made.get(id_, [])):
                yield Fault(f"{name} {id_}", f"The rows of {id_} in {name} are not what happened.")


def _spelled(row: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(dict(sorted(row.items())), enc_hook=str)


def _same(kept: object, folded: object) -> bool:
    return msgspec.json.encode(kept, enc_hook=str) == msgspec.json.encode(folded, enc_hook=str)


def _folded(
    ledger: Ledger, rows: Connection, aggregate: Aggregate[Any, Any]
) -> Iterator[tuple[str, tuple[Any, int]]]:
    prefix = aggregate.key("")
    keys = select(LEDGER.c.aggregate).where(
        LEDGER.c.version == 1, LEDGER.c.aggregate.startswith(prefix, autoescape=True)
    )
    for key in rows.scalars(keys).all():
        entries = history.of_aggregate(rows, ledger.keys.encryption, key)
        state = aggregate.after(entries)
        id_ = key.removeprefix(prefix)
        yield id_, (state, entries[-1].version)


def rebuild(ledger: Ledger, aggregates: Sequence[Aggregate[Any, Any]]) -> int:
    """Make every row anew from the ledger, under the lock, and answer how many rows that were."""
    count = 0
    with ledger.database.write() as rows:
        for aggregate in aggregates:
            states = dict(_folded(ledger, rows, aggregate))
            rows.execute(aggregate.table.delete())
            for beside in aggregate.beside:
                rows.execute(beside.table.delete())
            for id_, (state, version) in states.items():
                aggregate.write(rows, id_, state, version)
            count += len(states)
    return count
