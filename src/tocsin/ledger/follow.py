"""Reactors follow the ledger, each at its own pace, and neither miss an entry nor see one twice.

A reactor only says what should be done. That wish and the reactor's place in the ledger are kept in
one transaction, so a crash between the two is impossible; what is due is done afterwards.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Table, Text, bindparam, func, select
from sqlalchemy.exc import OperationalError

from tocsin.ledger import history
from tocsin.ledger.due import Wish, ask
from tocsin.ledger.entry import Entry
from tocsin.ledger.ledger import Ledger
from tocsin.storage.columns import METADATA
from tocsin.storage.lanes import Lane

UNWRITTEN: Final = 1000
"""So many entries that concern nobody may lie between a reactor's place and what it has seen."""

PLACES: Final = Table(
    "place",
    METADATA,
    Column("reactor", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

ALL_PLACES: Final = select(PLACES)
HELD: Final = (
    ALL_PLACES.where(PLACES.c.reactor.in_(bindparam("names", expanding=True)))
    .order_by(PLACES.c.reactor)
    .with_for_update()
)
MOVED: Final = (
    PLACES.update().where(PLACES.c.reactor == bindparam("name")).values(seq=bindparam("at"))
)
"""Made once, as all that is asked often: making a statement takes as long as its answer."""

PARKED: Final = Table(
    "parked",
    METADATA,
    Column("reactor", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("aggregate", Text, nullable=False),
    Column("reason", Text, nullable=False),
)


BEHIND: Final = (
    select(PARKED.c.reactor, PARKED.c.aggregate)
    .where(PARKED.c.aggregate.in_(bindparam("some", expanding=True)))
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Reactor:
    """Something that wants to know what happens, and may want something done because of it.

    `kinds` are the kinds of event it reads; it is not shown others.
    """

    name: str
    kinds: frozenset[str]
    react: Callable[[Entry, Connection], Sequence[Wish]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """An entry that a reactor could not read; later entries of the same aggregate wait behind it."""

    reactor: str
    seq: int
    aggregate: str
    reason: str


class Following:
    """The reactors' ways through the ledger in this process.

    Where nothing is of a reactor's kinds, nothing is written: its place is kept in memory, and in the
    database only every `UNWRITTEN` entries. After a crash those few are passed over once more.
    """

    def __init__(self, ledger: Ledger, reactors: Sequence[Reactor]) -> None:
        self._ledger = ledger
        self._seen = dict.fromkeys(reactors, -1)

    @property
    def places(self) -> dict[str, int]:
        """The last entry that each reactor has seen, by its name; -1 for none."""
        return {one.name: seen for one, seen in self._seen.items()}

    def look(self, rows: Connection, limit: int = history.CHUNK) -> tuple[list[Reactor], bool]:
        """Which reactors something new is for, and whether more may be waiting; takes no lock.

        Whatever is of its kinds is shown, and its place written, whether anything is wished or not:
        what was true then decides what is said, and nothing is decided anew after a restart.
        """
        kept, wanting, more = _kept(rows), list[Reactor](), False
        for place, some in self._by_place(kept, self._seen).items():
            last, kinds = history.kinds_after(rows, place, limit)
            more |= last - place >= limit
            for one in some:
                if not one.kinds.isdisjoint(kinds) or last - kept.get(one.name, -1) > UNWRITTEN:
                    wanting.append(one)
                else:
                    self._seen[one] = last
        return wanting, more

    def show(self, reactors: Sequence[Reactor], limit: int = history.CHUNK) -> bool:
        """Show these reactors what is new, in one transaction; whether anything is wished for.

        Wishes are kept with the places.
        """
        with self._ledger.database.write(Lane.MACHINES) as rows:
            kept = _held(rows, reactors)
            seen, asked = dict[Reactor, int](), 0
            for place, some in self._by_place(kept, reactors).items():
                last, entries = self._news(rows, place, some, limit)
                asked += _shown(rows, some, entries, self._ledger)
                seen |= dict.fromkeys(some, last)
            _keep(rows, seen)
        self._seen |= seen
        if asked:
            self._ledger.tell()
        return asked > 0

    def _by_place(
        self, kept: Mapping[str, int], reactors: Iterable[Reactor]
    ) -> dict[int, list[Reactor]]:
        standing: dict[int, list[Reactor]] = {}
        for one in reactors:
            place = max(self._seen[one], kept.get(one.name, -1))
            standing.setdefault(place, []).append(one)
        return standing

    def _news(
        self, rows: Connection, place: int, reactors: Sequence[Reactor], limit: int
    ) -> tuple[int, list[Entry]]:
        kinds = frozenset[str]().union(*(one.kinds for one in reactors))
        return history.of_kinds_after(rows, self._ledger.keys.encryption, place, kinds, limit)


def catch_up(ledger: Ledger, reactor: Reactor, *, limit: int = history.CHUNK) -> int:
    """Show a reactor what is new, write its place down, and answer how many entries that was."""
    following = Following(ledger, [reactor])
    with ledger.read() as rows:
        place, last = _kept(rows).get(reactor.name, -1), history.last(rows)
    if last > place:
        following.show([reactor], limit)
    return max(following.places[reactor.name], place) - place


def _shown(
    rows: Connection, reactors: Sequence[Reactor], entries: Sequence[Entry], ledger: Ledger
) -> int:
    """Show entries to those whose kinds they are; how many wishes were stored."""
    if not entries:
        return 0
    waiting = _behind_parked(rows, [entry.aggregate for entry in entries])
    asked = 0
    its = {one: [entry for entry in entries if entry.kind in one.kinds] for one in reactors}
    try:
        with rows.begin_nested():
            for one, some in its.items():
                behind = waiting.get(one.name, set())
                asked += sum(_show(rows, one, entry, behind, ledger) for entry in some)
    except OperationalError:
        raise  # the database is away, which is no fault of an entry
    except Exception:  # noqa: BLE001 - whatever it was: one of them is parked, the others go on
        return sum(_to_one(rows, one, some, waiting, ledger) for one, some in its.items())
    return asked


def _to_one(
    rows: Connection,
    reactor: Reactor,
    entries: Sequence[Entry],
    waiting: Mapping[str, set[str]],
    ledger: Ledger,
) -> int:
    """As `_shown` for one reactor, entry by entry."""
    behind = waiting.get(reactor.name, set())
    return sum(_one_alone(rows, reactor, entry, behind, ledger) for entry in entries)


def _show(
    rows: Connection, reactor: Reactor, entry: Entry, behind: Collection[str], ledger: Ledger
) -> int:
    """Show one entry and store what is wished for; park it where one of the same is parked."""
    if entry.aggregate in behind:
        _park(rows, reactor, entry, "an earlier entry of it is parked")
        return 0
    wishes = reactor.react(entry, rows)
    for nth, wish in enumerate(wishes):
        ask(rows, f"{reactor.name}:{entry.seq}:{nth}", wish, ledger.clock())
    return len(wishes)


def _one_alone(
    rows: Connection, reactor: Reactor, entry: Entry, behind: set[str], ledger: Ledger
) -> int:
    """As `_show`, and park the entry where that does not go."""
    try:
        with rows.begin_nested():
            return _show(rows, reactor, entry, behind, ledger)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a poison entry does, the others go on
        _park(rows, reactor, entry, type(error).__name__)
        behind.add(entry.aggregate)
        return 0


def _behind_parked(rows: Connection, aggregates: Collection[str]) -> dict[str, set[str]]:
    """Of which of these aggregates an entry is parked, by reactor."""
    found: dict[str, set[str]] = {}
    for row in rows.execute(BEHIND, {"some": list(set(aggregates))}):
        found.setdefault(row.reactor, set()).add(row.aggregate)
    return found


def _park(rows: Connection, reactor: Reactor, entry: Entry, reason: str) -> None:
    row = {"reactor": reactor.name, "seq": entry.seq, "aggregate": entry.aggregate}
    rows.execute(PARKED.insert().values(row | {"reason": reason}))


def parked(rows: Connection, *, limit: int = 100) -> list[Parked]:
    """What reactors could not read, oldest first."""
    query = select(PARKED).order_by(PARKED.c.seq, PARKED.c.reactor).limit(limit)
    return [Parked(**row._mapping) for row in rows.execute(query)]


def count_parked(rows: Connection) -> int:
    """How many entries wait because a reactor could not read them."""
    return rows.scalar(select(func.count()).select_from(PARKED)) or 0


def replay_parked(ledger: Ledger, reactor: Reactor) -> int:
    """Show a reactor again what it could not read, and answer how many entries went through."""
    with ledger.database.write(Lane.MACHINES) as rows:
        _held(rows, [reactor])
        mine = PARKED.c.reactor == reactor.name
        seqs = list(rows.scalars(select(PARKED.c.seq).where(mine).order_by(PARKED.c.seq)))
        rows.execute(PARKED.delete().where(mine))
        _shown(rows, [reactor], ledger.at(rows, seqs), ledger)
        left = len(list(rows.scalars(select(PARKED.c.seq).where(mine))))
    ledger.tell()
    return len(seqs) - left


def _kept(rows: Connection) -> dict[str, int]:
    """The places as the database has them."""
    return {row.reactor: row.seq for row in rows.execute(ALL_PLACES)}


def _held(rows: Connection, reactors: Sequence[Reactor]) -> dict[str, int]:
    """The places of these reactors, made where there are none, and kept from other processes."""
    names = sorted(one.name for one in reactors)
    held = {row.reactor: row.seq for row in rows.execute(HELD, {"names": names})}
    if fresh := [{"reactor": name, "seq": -1} for name in names if name not in held]:
        rows.execute(PLACES.insert(), fresh)
    return held


def _keep(rows: Connection, seen: Mapping[Reactor, int]) -> None:
    """Write places down."""
    rows.execute(MOVED, [{"name": one.name, "at": at} for one, at in seen.items()])
