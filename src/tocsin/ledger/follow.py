"""Reactors follow the ledger, each at its own pace, and neither miss an entry nor see one twice.

A reactor only says what should be done. That wish and the reactor's place in the ledger are kept in
one transaction, so a crash between the two is impossible; what is due is done afterwards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Table, Text, select

from tocsin.ledger import history
from tocsin.ledger.due import Wish, ask
from tocsin.ledger.entry import Entry
from tocsin.ledger.ledger import Ledger
from tocsin.storage.columns import METADATA
from tocsin.storage.lanes import Lane

PLACES: Final = Table(
    "place",
    METADATA,
    Column("reactor", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

PARKED: Final = Table(
    "parked",
    METADATA,
    Column("reactor", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("aggregate", Text, nullable=False),
    Column("reason", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Reactor:
    """Something that wants to know what happens, and may want something done because of it.

    `kinds` are the kinds of event it reads; it is not shown others.
    """

    name: str
    kinds: frozenset[str]
    react: Callable[[Entry, Connection], Sequence[Wish]]


def catch_up(ledger: Ledger, reactor: Reactor, *, limit: int = history.CHUNK) -> int:
    """Show a reactor what is new since it last looked, and answer how many entries that was."""
    with ledger.read() as rows:
        if not history.after(rows, ledger.keys.encryption, _place(rows, reactor), 1):
            return 0
    with ledger.database.write(Lane.MACHINES) as rows:
        place = _place(rows, reactor, hold=True)
        news = history.after(rows, ledger.keys.encryption, place, limit)
        for entry in news:
            if entry.kind in reactor.kinds:
                _show(rows, reactor, entry, ledger)
        if news:
            moved = PLACES.update().where(PLACES.c.reactor == reactor.name)
            rows.execute(moved.values(seq=news[-1].seq))
    if news:
        ledger.tell()
    return len(news)


def _show(rows: Connection, reactor: Reactor, entry: Entry, ledger: Ledger) -> None:
    parked = (PARKED.c.reactor == reactor.name) & (PARKED.c.aggregate == entry.aggregate)
    reason = "an earlier entry of it is parked"
    if rows.scalar(select(PARKED.c.seq).where(parked).limit(1)) is None:
        try:
            for nth, wish in enumerate(reactor.react(entry, rows)):
                ask(rows, f"{reactor.name}:{entry.seq}:{nth}", wish, ledger.clock())
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            reason = f"{type(error).__name__}"
        else:
            return
    row = {"reactor": reactor.name, "seq": entry.seq, "aggregate": entry.aggregate}
    rows.execute(PARKED.insert().values(row | {"reason": reason}))


def _place(rows: Connection, reactor: Reactor, *, hold: bool = False) -> int:
    query = select(PLACES.c.seq).where(PLACES.c.reactor == reactor.name)
    seq = rows.scalar(query.with_for_update() if hold else query)
    if seq is None and hold:
        rows.execute(PLACES.insert().values(reactor=reactor.name, seq=-1))
    return -1 if seq is None else int(seq)
