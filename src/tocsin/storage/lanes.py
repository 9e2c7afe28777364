"""Who writes next in this process: people before machines, and machines every few turns.

SQLite has one writer at a time and no fair queue; this is the queue. It is taken before a
connection is, so that nobody holds a connection while waiting.
"""

from collections import deque
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum
from threading import Condition
from typing import Final

MACHINE_EVERY: Final = 4
"""Of so many turns in a row, one is a machine's if one waits."""


class Lane(Enum):
    """Who asks to write."""

    PEOPLE = "people"
    MACHINES = "machines"


class WriterLanes:
    """A first-come-first-served lock with two lanes, held by one thread at a time."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._held = False
        self._waiting: dict[Lane, deque[object]] = {lane: deque() for lane in Lane}
        self._turns_of_people = 0

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        with self._changed:
            return sum(len(tickets) for tickets in self._waiting.values())

    @contextmanager
    def turn(self, lane: Lane) -> Generator[None]:
        """Wait for this lane's turn, and keep everybody else out until the block ends."""
        self._take(lane)
        try:
            yield
        finally:
            with self._changed:
                self._held = False
                self._changed.notify_all()

    def _take(self, lane: Lane) -> None:
        ticket = object()
        with self._changed:
            self._waiting[lane].append(ticket)
            try:
                self._changed.wait_for(lambda: not self._held and self._next() is ticket)
            except BaseException:
                self._waiting[lane].remove(ticket)
                raise
            self._waiting[lane].popleft()
            self._turns_of_people = self._turns_of_people + 1 if lane is Lane.PEOPLE else 0
            self._held = True

    def _next(self) -> object | None:
        people, machines = self._waiting[Lane.PEOPLE], self._waiting[Lane.MACHINES]
        machines_turn = self._turns_of_people >= MACHINE_EVERY - 1
        if machines and (machines_turn or not people):
            return machines[0]
        return people[0] if people else None
