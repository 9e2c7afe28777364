"""Notices that the machine's clock was set, and has the ledger say so: evidence rests on time.

Slow corrections, as time services make them, are no step. Nothing is corrected here.
"""

import time
from collections.abc import Callable
from typing import Final

from tocsin.access.policy import TOCSIN
from tocsin.ledger.event import event
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

STEP_SECONDS: Final = 2.0
"""A smaller difference between two looks is a correction, not a step."""


@event("clock.stepped")
class ClockStepped:
    """The clock of a machine jumped by so many seconds; backwards where that is negative."""

    seconds: float
    machine: str


class ClockWatch:
    """Compares the clock with time as it passes."""

    def __init__(
        self, ledger: Ledger, machine: str, passing: Callable[[], float] = time.monotonic
    ) -> None:
        self._ledger = ledger
        self._machine = machine
        self._passing = passing
        self._ahead: float | None = None

    def look(self) -> bool:
        """Record a step since the last look. Answers that nothing more is waiting."""
        before, self._ahead = self._ahead, self._ledger.clock().timestamp() - self._passing()
        moved = 0.0 if before is None else self._ahead - before
        if abs(moved) > STEP_SECONDS:
            stepped = ClockStepped(seconds=round(moved, 3), machine=self._machine)
            with self._ledger.change(TOCSIN.by, Lane.MACHINES) as change:
                change.note("clock:steps", stepped)
        return False
