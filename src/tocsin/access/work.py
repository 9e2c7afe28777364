"""A unit of work: the ledger, and who is working on it.

Nothing can be read or changed without naming the permission it takes, and nothing that the actor may
not see can be loaded, so no command can forget to ask.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table

from tocsin.access import once as requests
from tocsin.access.once import Once
from tocsin.access.policy import Actor, Permission
from tocsin.access.visibility import audience_of, may_read, may_see, visible
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.change import Change
from tocsin.ledger.entry import Entry
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

State = TypeVar("State")
Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class WorkChange:
    """A change made by an actor, who can load only what they may see.

    `earlier` is what the same request concerned when it was made before: it is not to be done again.
    """

    change: Change
    actor: Actor
    once: Once | None = None
    earlier: str | None = None

    @property
    def rows(self) -> Connection:
        """The transaction."""
        return self.change.rows

    @property
    def now(self) -> datetime:
        """The instant of the change."""
        return self.change.now

    def load(self, aggregate: Aggregate[State, Event], id: str) -> State:
        """The aggregate as its row has it. What the actor may not see is unknown."""
        return self.load_versioned(aggregate, id)[0]

    def load_versioned(self, aggregate: Aggregate[State, Event], id: str) -> tuple[State, int]:
        """The aggregate and its version, for `If-Match`."""
        return _seen(self.actor, aggregate, self.change.find(aggregate, id), id)

    def record(
        self,
        aggregate: Aggregate[State, Event],
        id: str,
        events: Sequence[Event],
    ) -> State:
        """Keep the events, write down what the aggregate has become, and return it."""
        return self.change.record(aggregate, id, events)

    def note(self, key: str, event: object) -> None:
        """Record what happened to something that has no row of its own, such as a session."""
        self.change.note(key, event)

    def concerns(self, reference: str) -> None:
        """Say what this change is about, for whoever asks the same once more."""
        if self.once is not None and self.earlier is None:
            requests.keep(self.rows, self.actor.by.id, self.once, reference, self.now)


@dataclass(frozen=True, slots=True)
class Look:
    """The rows as one actor may see them, all of one moment."""

    rows: Connection
    actor: Actor
    ledger: Ledger

    def load_versioned(self, aggregate: Aggregate[State, Event], id: str) -> tuple[State, int]:
        """An aggregate and its version. What the actor may not see is unknown."""
        return _seen(self.actor, aggregate, aggregate.read(self.rows, id), id)

    def history(self, aggregate: Aggregate[State, Event], id: str) -> list[Entry]:
        """Everything the actor may read of what happened to an aggregate they may see, oldest first."""
        self.load_versioned(aggregate, id)
        return self._readable(self.ledger.history(self.rows, aggregate.key(id)))

    def entries(
        self,
        aggregate: Aggregate[State, Event],
        id: str,
        seqs: Collection[int],
    ) -> list[Entry]:
        """Those entries the actor may read, about an aggregate they may see, at these places."""
        self.load_versioned(aggregate, id)
        found = self.ledger.entries(self.rows, aggregate.key(id), seqs) if seqs else []
        return self._readable(found)

    def _readable(self, entries: Sequence[Entry]) -> list[Entry]:
        reads = self.actor.reads
        return [entry for entry in entries if may_read(audience_of(entry.event), reads)]

    def only_visible(
        self, table: Table, query: Select[Any], *, by_grant: bool = False
    ) -> Select[Any]:
        """The query, cut down to what the actor may see; `by_grant` as in `visible`."""
        return visible(self.actor, table, query, by_grant=by_grant)


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """An actor in front of the ledger."""

    ledger: Ledger
    actor: Actor
    once: Once | None = None

    @contextmanager
    def change(self, permission: Permission, lane: Lane = Lane.PEOPLE) -> Generator[WorkChange]:
        """Open a change for an actor who is allowed the permission. All of it is kept, or none."""
        self.actor.must_be_allowed_to(permission)
        with self.ledger.change(self.actor.by, lane) as change:
            yield WorkChange(change, self.actor, self.once, self._earlier(change))

    def _earlier(self, change: Change) -> str | None:
        if self.once is None:
            return None
        return requests.earlier(change.rows, self.actor.by.id, self.once, change.now)

    @contextmanager
    def look(self, permission: Permission) -> Generator[Look]:
        """Look at the rows, for an actor who is allowed the permission."""
        self.actor.must_be_allowed_to(permission)
        with self.ledger.database.snapshot() as rows:
            yield Look(rows, self.actor, self.ledger)


def _seen(
    actor: Actor,
    aggregate: Aggregate[State, Event],
    found: tuple[State, int] | None,
    id: str,
) -> tuple[State, int]:
    if found is None or not may_see(actor, found[0]):
        raise Refused(
            f"unknown_{aggregate.name}",
            phrase("There is no %(kind)s %(id)s.", kind=aggregate.name, id=id),
        )
    return found
