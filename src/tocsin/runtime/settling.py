"""Ends a due row in the same transaction as what follows from it: both are kept, or neither.

So a timer fires once, and a message that was sent is recorded or sent again, never lost.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from sqlalchemy import Connection

from tocsin.access.policy import TOCSIN, Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.ledger import due
from tocsin.ledger.due import Claimed
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

End = Callable[[Connection], bool]
"""Ends a due row; False where another process has taken it over."""

POISON_TRIES: Final = 5
"""So often our own fault is tried before the row is parked."""


class Superseded(Exception):
    """Another process has taken the row over: what this one was about to keep is not kept."""


@dataclass(frozen=True)
class SettlingWork(UnitOfWork):
    """A unit of work whose first change also ends a due row.

    Whatever must happen once with the row's end stands in that first change.
    """

    end: End = field(kw_only=True)
    _ended: Event = field(default_factory=Event, kw_only=True)

    @contextmanager
    def change(self, permission: Permission, lane: Lane = Lane.MACHINES) -> Generator[WorkChange]:
        """Open a change. Raises `Superseded` where the row is not ours any more."""
        with UnitOfWork.change(self, permission, lane) as change:
            if not self._ended.is_set() and not self.end(change.rows):
                raise Superseded
            yield change
        self._ended.set()

    def finish(self) -> None:
        """End the row where no change has done so."""
        if not self._ended.is_set():
            with self.ledger.database.write(Lane.MACHINES) as rows:
                self.end(rows)
            self._ended.set()


def settling(ledger: Ledger, end: End) -> SettlingWork:
    """Tocsin's own unit of work, which ends a due row."""
    return SettlingWork(ledger, TOCSIN, end=end)


def park_or_postpone(rows: Connection, claimed: Claimed, now: datetime, reason: str) -> bool:
    """After a fault of ours: try again soon, and park the row after a few tries."""
    if claimed.tries >= POISON_TRIES:
        return due.settle(rows, claimed, "dead", reason)
    return due.postpone(rows, claimed, now + timedelta(seconds=2**claimed.tries), reason)
