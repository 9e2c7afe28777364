"""The words of an aggregate's entries, kept to be searched: written in the entry's own transaction.

The ledger keeps words sealed; here they are in clear, so erasing takes them out of here as well. Who
may find them is the affair of whoever asks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Table

from tocsin.ledger.entry import Entry, Recorded
from tocsin.storage import full_text
from tocsin.storage.statements import adding

State = TypeVar("State")
Event = TypeVar("Event")


@dataclass(frozen=True)
class Worded(Generic[State, Event]):
    """A table of words (`storage.full_text`) with a row for each entry that has some.

    `row` answers None for an entry without; `shared` are the columns that all rows of an aggregate
    have in common, as its state says.
    """

    table: Table
    row: Callable[[Event], Mapping[str, Any] | None]
    shared: Callable[[State], Mapping[str, Any]]

    def write(
        self,
        rows: Connection,
        id: str,
        states: tuple[State | None, State],
        happened: Sequence[tuple[Event, Recorded]],
    ) -> None:
        """Write the rows of what happened; `states` are the one before it and the one after."""
        before, state = states
        shared = self.shared(state)
        if before is not None and self.shared(before) != shared:
            rows.execute(self.table.update().where(self.table.c.owner == id).values(shared))
        if made := self._made(id, shared, happened):
            rows.execute(adding(self.table), made)

    def rewrite(self, rows: Connection, id: str, state: State, entries: Iterable[Entry]) -> None:
        """Write the rows of a whole history in place of those that are there."""
        rows.execute(self.table.delete().where(self.table.c.owner == id))
        if made := self.made(id, state, entries):
            rows.execute(adding(self.table), made)

    def made(self, id: str, state: State, entries: Iterable[Entry]) -> list[dict[str, Any]]:
        """The rows for a whole history."""
        happened = [(entry.event, entry.recorded) for entry in entries]
        return self._made(id, self.shared(state), happened)

    def _made(
        self,
        id: str,
        shared: Mapping[str, Any],
        happened: Sequence[tuple[Event, Recorded]],
    ) -> list[dict[str, Any]]:
        found = [(on.seq, self.row(event)) for event, on in happened]
        return [{"owner": id, "seq": seq, **row, **shared} for seq, row in found if row is not None]

    def lost(self, rows: Connection, owner: str, after: int) -> tuple[int | None, bool]:
        """The last of an aggregate's next entries after a place, and whether words do not find one."""
        return full_text.lost(rows, self.table, owner, after)

    def clear(self, rows: Connection) -> None:
        """Forget everything: it is made anew."""
        full_text.clear(rows, self.table)

    def purge(self, rows: Connection) -> None:
        """Let nothing be left of words that are in no row any more."""
        full_text.purge(rows, self.table)
