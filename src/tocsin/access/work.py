"""A unit of work: the ledger, and who is working on it.

Nothing can be read or changed without naming the permission it takes, and nothing that the actor may
not see can be loaded, so no command can forget to ask.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table

from tocsin.access.policy import Actor, Permission
from tocsin.access.visibility import may_see, visible
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
    """A change made by an actor, who can load only what they may see."""

    change: Change
    actor: Actor

    @property
    def rows(self) -> Connection:
        """The transaction."""
        return self.change.rows

    @property
    def now(self) -> datetime:
        """The instant of the change."""
        return self.change.now

    def load(self, aggregate: Aggregate[State, Event], id: str) -> State:  # noqa: A002 - the word for it
        """The aggregate as its row has it. What the actor may not see is unknown."""
        return self.load_versioned(aggregate, id)[0]

    def load_versioned(self, aggregate: Aggregate[State, Event], id: str) -> tuple[State, int]:  # noqa: A002 - as above
        """The aggregate and its version, for `If-Match`."""
        return _seen(self.actor, aggregate, self.change.find(aggregate, id), id)

    def record(
        self,
        aggregate: Aggregate[State, Event],
        id: str,  # noqa: A002 - as above
        events: Sequence[Event],
    ) -> State:
        """Keep the events, write down what the aggregate has become, and return it."""
        return self.change.record(aggregate, id, events)

    def note(self, key: str, event: object) -> None:
        """Record what happened to something that has no row of its own, such as a session."""
        self.change.note(key, event)


@dataclass(frozen=True, slots=True)
class Look:
    """The rows as one actor may see them, all of one moment."""

    rows: Connection
    actor: Actor
    ledger: Ledger

    def load(self, aggregate: Aggregate[State, Event], id: str) -> tuple[State, int]:  # noqa: A002 - as above
        """An aggregate and its version. What the actor may not see is unknown."""
        return _seen(self.actor, aggregate, aggregate.read(self.rows, id), id)

    def history(self, aggregate: Aggregate[State, Event], id: str) -> list[Entry]:  # noqa: A002 - as above
        """Everything that happened to an aggregate the actor may see, oldest first."""
        self.load(aggregate, id)
        return self.ledger.history(self.rows, aggregate.key(id))

    def only_visible(self, table: Table, query: Select[Any]) -> Select[Any]:
        """The query, cut down to what the actor may see."""
        return visible(self.actor, table, query)


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """An actor in front of the ledger."""

    ledger: Ledger
    actor: Actor

    @contextmanager
    def change(self, permission: Permission, lane: Lane = Lane.PEOPLE) -> Generator[WorkChange]:
        """Open a change for an actor who is allowed the permission. All of it is kept, or none."""
        self.actor.must_be_allowed_to(permission)
        with self.ledger.change(self.actor.by, lane) as change:
            yield WorkChange(change, self.actor)

    @contextmanager
    def look(self, permission: Permission) -> Generator[Look]:
        """Look at the rows, for an actor who is allowed the permission."""
        self.actor.must_be_allowed_to(permission)
        with self.ledger.read() as rows:
            yield Look(rows, self.actor, self.ledger)


def _seen(
    actor: Actor,
    aggregate: Aggregate[State, Event],
    found: tuple[State, int] | None,
    id: str,  # noqa: A002 - as above
) -> tuple[State, int]:
    if found is None or not may_see(actor, found[0]):
        raise Refused(f"unknown_{aggregate.name}", f"There is no {aggregate.name} {id}.")
    return found
