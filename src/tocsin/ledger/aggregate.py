"""What an aggregate is: something that has a history, such as an incident or a review.

Its row is its state written down: the state itself, and beside it the columns that queries need.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Column, Connection, Integer, Table, Text, select
from sqlalchemy.schema import SchemaItem

from tocsin.ledger.entry import Entry, Recorded
from tocsin.storage.columns import METADATA

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

    def write(self, rows: Connection, id: str, state: State) -> None:  # noqa: A002 - as below
        """Replace the aggregate's rows."""
        rows.execute(self.table.delete().where(self.table.c.owner == id))
        if made := self.made(id, state):
            rows.execute(self.table.insert(), made)

    def made(self, id: str, state: State) -> list[dict[str, Any]]:  # noqa: A002 - as below
        """The rows for a state."""
        return [{"owner": id, **row} for row in self.rows(state)]


@dataclass(frozen=True)
class Aggregate(Generic[State, Event]):
    """How one kind of aggregate changes, and how it is written into its row."""

    name: str
    state: type[State]
    evolve: Callable[[State | None, Event, Recorded], State]
    table: Table
    columns: Callable[[State], Mapping[str, Any]]
    beside: tuple[Beside[State], ...] = ()

    def key(self, id: str) -> str:  # noqa: A002 - the word for it everywhere
        """The name of one aggregate in the ledger."""
        return f"{self.name}:{id}"

    def after(self, entries: Iterable[Entry]) -> State | None:
        """What an aggregate is after these entries, or None if there are none."""
        state: State | None = None
        for entry in entries:
            state = self.evolve(state, entry.event, entry.recorded)
        return state

    def read(self, rows: Connection, id: str) -> tuple[State, int] | None:  # noqa: A002 - as above
        """The state and the version as the row has them, or None."""
        query = select(self.table.c.state, self.table.c.version).where(self.table.c.id == id)
        row = rows.execute(query).one_or_none()
        return None if row is None else (self.decode(row.state), row.version)

    def decode(self, kept: str) -> State:
        """A state as its row keeps it."""
        return msgspec.json.decode(kept, type=self.state)

    def row(self, id: str, state: State, version: int) -> dict[str, Any]:  # noqa: A002 - as above
        """The whole row for a state."""
        kept = msgspec.json.encode(state, order="sorted").decode()
        return {"id": id, "version": version, "state": kept, **self.columns(state)}

    def write(self, rows: Connection, id: str, state: State, version: int) -> None:  # noqa: A002 - as above
        """Write down what the aggregate has become."""
        row = self.row(id, state, version)
        changed = self.table.update().where(self.table.c.id == id).values(row)
        if not rows.execute(changed).rowcount:
            rows.execute(self.table.insert().values(row))
        for beside in self.beside:
            beside.write(rows, id, state)


