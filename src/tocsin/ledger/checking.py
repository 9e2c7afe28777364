"""Holds the database against itself: lines against leaves and roots, and rows against the fold.

Finds damage; never mends it. It reads some at a time, each look its own, so that nobody waits for it.
What an outsider can prove is `tocsin-verify`'s affair.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, and_, or_, select

from tocsin.ledger import history, witness
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.entry import Entry, Line, read_line
from tocsin.ledger.ledger import Ledger, frontier_of
from tocsin.ledger.sealing import SealBroken
from tocsin.ledger.tables import CHECKPOINTS, HEAD, LEDGER, NODES, SEALED
from tocsin.ledger.tree import Frontier, Node, leaf
from tocsin.ledger.worded import Worded

Progress = Callable[[int, int], None]
"""Told after every look how far it is. It may wait, so that others get their turn, or give up."""

CHUNK: Final = 250
IDS: Final = 50
"""How much is read at one look."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be, in a sentence that names it."""

    where: str
    sentence: str


def lines(ledger: Ledger, progress: Progress) -> Iterator[Fault]:
    """Whether every line is the one that was hashed, and every checkpoint the root of its time."""
    with ledger.database.snapshot() as rows:
        head = rows.execute(select(HEAD)).one()
        there = history.last(rows) + 1
        roots = [(row.size, _root(row.note)) for row in rows.execute(select(CHECKPOINTS))]
        given = [(one.size, one.root) for one in witness.given(rows, ledger.keys.encryption)]
    wanted: dict[int, set[str]] = {}
    for size, root in [*roots, *given]:
        wanted.setdefault(size, set()).add(root)
    tree = Frontier()
    for some in _stored(ledger, head.size):
        inner = _inner(ledger, tree.size, tree.size + len(some))
        for row in some:
            yield from _line(row, tree.size)
            tree, made = tree.append(leaf(row.line.encode()))
            yield from _nodes(made, inner)
            if wanted.get(tree.size, set()) - {_spelled_root(tree.root)}:
                sentence = f"The checkpoint of size {tree.size} has another root."
                yield Fault(f"entry {row.seq}", sentence)
        progress(tree.size, head.size)
    if tree != frontier_of(head) or there != head.size:
        made_by = max(tree.size, there)
        sentence = f"The head tells of {head.size} entries, the lines make {made_by}."
        yield Fault("head", sentence)


def _stored(ledger: Ledger, size: int) -> Iterator[Sequence[Any]]:
    """The lines of a ledger of that size, some at a time: nobody waits for who only looks."""
    last = -1
    while True:
        there = LEDGER.c.seq.between(last + 1, size - 1)
        query = select(LEDGER).where(there).order_by(LEDGER.c.seq).limit(CHUNK)
        with ledger.read() as rows:
            some = rows.execute(query).all()
        if not some:
            return
        yield some
        last = some[-1].seq


def _inner(ledger: Ledger, first: int, end: int) -> dict[Node, bytes]:
    """The stored nodes that are completed by the leaves from `first` to before `end`."""
    levels = range(1, end.bit_length() + 1)
    wanted = [
        and_(NODES.c.level == level, NODES.c.position.between(first >> level, end >> level))
        for level in levels
    ]
    with ledger.read() as rows:
        found = rows.execute(select(NODES).where(or_(*wanted)))
        return {(row.level, row.position): bytes(row.digest) for row in found}


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


def _root(note: str) -> str:
    return note.split("\n")[2]


def _spelled_root(root: bytes) -> str:
    return base64.b64encode(root).decode()


def words(ledger: Ledger, progress: Progress) -> Iterator[Fault]:
    """Whether every part opens, and every missing one was erased by a later entry."""
    missing: dict[tuple[int, str], Line] = {}
    last = -1
    while True:
        with ledger.read() as rows:
            some = [read_line(text) for text in rows.scalars(_next(last))]
            faults = list(_broken(rows, ledger, some))
            missing |= _missing(rows, some)
        if not some:
            break
        yield from faults
        last = some[-1].seq
        for line in some:
            if line.kind == "ledger.words_erased":
                for seq, part in line.facts["parts"]:
                    missing.pop((seq, part), None)
        progress(last, last)
    for seq, part in missing:
        yield Fault(f"entry {seq}", f"The words {part!r} of entry {seq} are gone, not erased.")


def _next(last: int) -> Any:  # noqa: ANN401 - a select
    return select(LEDGER.c.line).where(LEDGER.c.seq > last).order_by(LEDGER.c.seq).limit(CHUNK)


def _broken(rows: Connection, ledger: Ledger, some: Sequence[Line]) -> Iterator[Fault]:
    """What does not open. One by one only where not all of them do: that is many queries."""
    if _opens(rows, ledger, some):
        return
    for line in some:
        if not _opens(rows, ledger, [line]):
            yield Fault(f"entry {line.seq}", f"The words of entry {line.seq} do not match it.")


def _opens(rows: Connection, ledger: Ledger, some: Sequence[Line]) -> bool:
    try:
        history.opened(rows, ledger.keys.encryption, some)
    except SealBroken:
        return False
    return True


def _missing(rows: Connection, some: Sequence[Line]) -> dict[tuple[int, str], Line]:
    seqs = [line.seq for line in some if line.words]
    query = select(SEALED.c.seq, SEALED.c.part).where(SEALED.c.seq.in_(seqs))
    there = {(row.seq, row.part) for row in rows.execute(query)}
    return {
        (line.seq, part): line
        for line in some
        for part in line.words
        if (line.seq, part) not in there
    }


def rows_against_fold(
    ledger: Ledger, aggregates: Sequence[Aggregate[Any, Any]], progress: Progress
) -> Iterator[Fault]:
    """Whether every row is what its history makes of it; names table, id and column otherwise."""
    for number, aggregate in enumerate(aggregates):
        for ids in _ids(ledger, aggregate):
            with ledger.database.snapshot() as rows:
                faults = list(_some_against_fold(ledger, rows, aggregate, ids))
            yield from faults
            progress(number, len(aggregates))
            pause = partial(progress, number, len(aggregates))
            yield from _not_found_by_words(ledger, aggregate, ids, pause)


def _not_found_by_words(
    ledger: Ledger,
    aggregate: Aggregate[Any, Any],
    ids: Sequence[str],
    pause: Callable[[], object],
) -> Iterator[Fault]:
    """What a search would miss, looked for a few entries at a time: it takes long."""
    worded = aggregate.worded
    for id_ in () if worded is None else ids:
        if worded is not None and _is_lost(ledger, worded, id_, pause):
            where = f"{aggregate.table.name} {id_}"
            yield Fault(where, f"Not all of {where} is found by its words.")


def _is_lost(
    ledger: Ledger, worded: Worded[Any, Any], id_: str, pause: Callable[[], object]
) -> bool:
    place: int | None = -1
    while place is not None:
        with ledger.database.snapshot() as rows:
            place, is_lost = worded.lost(rows, id_, place)
        if is_lost:
            return True
        pause()
    return False


def _ids(ledger: Ledger, aggregate: Aggregate[Any, Any]) -> Iterator[list[str]]:
    """The ids of whatever has a history, a row or rows beside it, some at a time, each once."""
    columns = [aggregate.table.c.id, *(table.c.owner for table in aggregate.others)]
    with ledger.read() as rows:
        found = set(_begun(rows, aggregate))
        for column in columns:
            found |= set(rows.scalars(select(column).distinct()))
    ordered = sorted(found)
    for start in range(0, len(ordered), IDS):
        yield ordered[start : start + IDS]


def _some_against_fold(
    ledger: Ledger, rows: Connection, aggregate: Aggregate[Any, Any], ids: Sequence[str]
) -> Iterator[Fault]:
    table = aggregate.table
    query = select(table).where(table.c.id.in_(ids))
    kept = {row.id: dict(row._mapping) for row in rows.execute(query)}
    folded: dict[str, dict[str, Any]] = {}
    made: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for id_, entries in _histories(ledger, rows, aggregate, ids):
        state = aggregate.after(entries)
        folded[id_] = aggregate.row(id_, state, entries[-1].version)
        made[id_] = _others(aggregate, id_, state, entries)
    yield from _others_against_fold(rows, aggregate, made, ids)
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


def _others(
    aggregate: Aggregate[Any, Any],
    id_: str,
    state: Any,  # noqa: ANN401 - the aggregate's own
    entries: Sequence[Entry],
) -> dict[str, list[dict[str, Any]]]:
    """The rows that an aggregate has in tables with several for one, by table."""
    made = {beside.table.name: beside.made(id_, state) for beside in aggregate.beside}
    if aggregate.along is not None:
        made[aggregate.along.table.name] = aggregate.along.made(id_, entries)
    if aggregate.worded is not None:
        made[aggregate.worded.table.name] = aggregate.worded.made(id_, state, entries)
    return made


def _others_against_fold(
    rows: Connection,
    aggregate: Aggregate[Any, Any],
    made: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
    ids: Sequence[str],
) -> Iterator[Fault]:
    for table in aggregate.others:
        kept: dict[str, list[bytes]] = {}
        for row in rows.execute(select(table).where(table.c.owner.in_(ids))):
            kept.setdefault(row.owner, []).append(_spelled(dict(row._mapping)))
        for id_ in sorted(kept.keys() | made.keys()):
            wanted = [_spelled(row) for row in made.get(id_, {}).get(table.name, [])]
            if sorted(kept.get(id_, [])) != sorted(wanted):
                name = table.name
                yield Fault(f"{name} {id_}", f"The rows of {id_} in {name} are not what happened.")


def _spelled(row: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(dict(sorted(row.items())), enc_hook=str)


def _same(kept: object, folded: object) -> bool:
    return msgspec.json.encode(kept, enc_hook=str) == msgspec.json.encode(folded, enc_hook=str)


def _histories(
    ledger: Ledger, rows: Connection, aggregate: Aggregate[Any, Any], ids: Sequence[str]
) -> Iterator[tuple[str, list[Entry]]]:
    for id_ in ids:
        entries = history.of_aggregate(rows, ledger.keys.encryption, aggregate.key(id_))
        if entries:
            yield id_, entries


def rebuild(ledger: Ledger, aggregates: Sequence[Aggregate[Any, Any]]) -> int:
    """Make every row anew from the ledger, under the lock, and answer how many rows that were."""
    count = 0
    with ledger.database.write() as rows:
        rows.execute(select(HEAD.c.size).with_for_update())  # nobody records anything meanwhile
        for aggregate in aggregates:
            if aggregate.worded is not None:
                aggregate.worded.clear(rows)
            for table in (aggregate.table, *aggregate.others):
                rows.execute(table.delete())
            begun = _begun(rows, aggregate)
            for id_, entries in _histories(ledger, rows, aggregate, begun):
                state = aggregate.after(entries)
                aggregate.write(rows, id_, state, entries[-1].version)
                if aggregate.along is not None:
                    rows.execute(aggregate.along.table.insert(), aggregate.along.made(id_, entries))
                if aggregate.worded is not None:
                    aggregate.worded.rewrite(rows, id_, state, entries)
                count += 1
    return count


def _begun(rows: Connection, aggregate: Aggregate[Any, Any]) -> list[str]:
    """The ids of whatever has a history."""
    prefix = aggregate.key("")
    begun = (LEDGER.c.version == 1) & LEDGER.c.aggregate.startswith(prefix, autoescape=True)
    keys = rows.scalars(select(LEDGER.c.aggregate).where(begun))
    return [key.removeprefix(prefix) for key in keys]
