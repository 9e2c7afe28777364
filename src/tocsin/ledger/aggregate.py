"""What an aggregate is: something that has a history, such as an incident or a review.

Its row is its state written down: the state itself, and beside it the columns that queries need.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Column, Connection, Integer, Select, Table, Text, Update, bindparam, select
from sqlalchemy.schema import SchemaItem

from tocsin.ledger.entry import Entry, Recorded
from tocsin.ledger.worded import Worded
from tocsin.storage.columns import METADATA
from tocsin.storage.statements import adding

State = TypeVar("State")
Event = TypeVar("Event")


def state_table(name: str, *columns: SchemaItem) -> Table:
    """A table for the rows of one kind of aggregate: id, version, state, and its own columns."""
    return Table(
        name,
        METADATA,
        Column("id", Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("state", Text, nullable=False),
        *columns,
        info={"rebuilt": True},
    )


@dataclass(frozen=True)
class Beside(Generic[State]):
    """A second table that an aggregate's state is written into: several rows for one aggregate.

    Every row has the aggregate's id in the column `owner`.
    """

    table: Table
    rows: Callable[[State], Sequence[Mapping[str, Any]]]

    def write(
        self,
        rows: Connection,
        id: str,
        state: State,
        before: State | None = None,
    ) -> None:
        """Write the aggregate's rows; where those of the state before hold, only what came after them."""
        made = self.made(id, state)
        kept = [] if before is None else self.made(id, before)
        if before is None or made[: len(kept)] != kept:
            rows.execute(self.table.delete().where(self.table.c.owner == id))
            kept = []
        if new := made[len(kept) :]:
            rows.execute(adding(self.table), new)

    def made(self, id: str, state: State) -> list[dict[str, Any]]:
        """The rows for a state."""
        return [{"owner": id, **row} for row in self.rows(state)]


@dataclass(frozen=True)
class Along(Generic[Event]):
    """A table with a row for every entry of an aggregate's history, for lists of entries.

    Every row has the aggregate's id in the column `owner` and the entry's `seq`. `row` has the other
    columns; `changes` says which columns of earlier entries' rows an event changes, by their `seq`. Both
    read facts alone, so that erasing words leaves the rows as they are.
    """

    table: Table
    row: Callable[[Event, Recorded], Mapping[str, Any]]
    changes: Callable[[Event, Recorded], Mapping[int, Mapping[str, Any]]]

    def write(self, rows: Connection, id: str, happened: Sequence[tuple[Event, Recorded]]) -> None:
        """Write the rows of what happened next to an aggregate."""
        new, older = self._folded(id, happened)
        rows.execute(adding(self.table), list(new.values()))
        for seq, columns in older.items():
            there = (self.table.c.owner == id) & (self.table.c.seq == seq)
            rows.execute(self.table.update().where(there).values(columns))

    def made(self, id: str, entries: Iterable[Entry]) -> list[dict[str, Any]]:
        """The rows for a whole history."""
        happened = [(entry.event, entry.recorded) for entry in entries]
        return list(self._folded(id, happened)[0].values())

    def _folded(
        self,
        id: str,
        happened: Sequence[tuple[Event, Recorded]],
    ) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
        """The rows of what happened, and what it changes in rows of before."""
        new: dict[int, dict[str, Any]] = {}
        older: dict[int, dict[str, Any]] = {}
        for event, on in happened:
            for seq, columns in self.changes(event, on).items():
                if seq < on.seq:
                    (new if seq in new else older).setdefault(seq, {}).update(columns)
            new[on.seq] = {"owner": id, "seq": on.seq, **self.row(event, on)}
        return new, older


@dataclass(frozen=True)
class Aggregate(Generic[State, Event]):
    """How one kind of aggregate changes, and how it is written into its row."""

    name: str
    state: type[State]
    evolve: Callable[[State | None, Event, Recorded], State]
    table: Table
    columns: Callable[[State], Mapping[str, Any]]
    beside: tuple[Beside[State], ...] = ()
    along: Along[Event] | None = None
    worded: Worded[State, Event] | None = None

    @property
    def others(self) -> tuple[Table, ...]:
        """The tables with several rows for one aggregate, each with its id in the column `owner`."""
        each = [one.table for one in (self.along, self.worded) if one is not None]
        return (*(beside.table for beside in self.beside), *each)

    def key(self, id: str) -> str:
        """The name of one aggregate in the ledger."""
        return f"{self.name}:{id}"

    def after(self, entries: Iterable[Entry]) -> State | None:
        """What an aggregate is after these entries, or None if there are none."""
        state: State | None = None
        for entry in entries:
            state = self.evolve(state, entry.event, entry.recorded)
        return state

    def read(self, rows: Connection, id: str) -> tuple[State, int] | None:
        """The state and the version as the row has them, or None."""
        row = rows.execute(_reading(self.table), {"which": id}).one_or_none()
        return None if row is None else (self.decode(row.state), row.version)

    def decode(self, kept: str) -> State:
        """A state as its row keeps it."""
        return msgspec.json.decode(kept, type=self.state)

    def row(self, id: str, state: State, version: int) -> dict[str, Any]:
        """The whole row for a state."""
        kept = msgspec.json.encode(state, order="sorted").decode()
        return {"id": id, "version": version, "state": kept, **self.columns(state)}

    def write(
        self,
        rows: Connection,
        id: str,
        state: State,
        version: int,
        before: State | None = None,
    ) -> None:
        """Write down what the aggregate has become; `before` is what its rows say until now."""
        row = self.row(id, state, version)
        if not rows.execute(_changing(self.table), {"which": id, **row}).rowcount:
            rows.execute(adding(self.table), row)
        for beside in self.beside:
            beside.write(rows, id, state, before)


@cache
def _reading(table: Table) -> Select[Any, Any]:
    """Made once for each table, as `_changing`: making a statement takes as long as its answer."""
    return select(table.c.state, table.c.version).where(table.c.id == bindparam("which"))


@cache
def _changing(table: Table) -> Update:
    return table.update().where(table.c.id == bindparam("which"))
