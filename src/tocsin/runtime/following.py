"""Follows the ledger for every reactor of this process, and begins what is due because of it.

One look at the database says whether there is anything to do at all: nearly always there is not, and
whoever waits for an answer meanwhile has the processor.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from tocsin.ledger import due
from tocsin.ledger.follow import Following, Reactor
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.looping import Step, attempted


class Follower:
    """All reactors, and the steps to take where something is due."""

    def __init__(
        self, ledger: Ledger, reactors: Sequence[Reactor], when_due: Mapping[str, Step]
    ) -> None:
        self._ledger = ledger
        self._following = Following(ledger, reactors)
        self._when_due = when_due

    def step(self) -> bool:
        """Show what is new to whoever it is for, then do what is due; whether more is waiting."""
        with self._ledger.read() as rows:
            wanting, more = self._following.look(rows)
            is_due = due.is_any(rows, self._ledger.clock())
        is_due |= bool(wanting) and self._show(wanting)
        for name, step in self._when_due.items() if is_due else ():
            more |= attempted(name, step)
        return more

    def _show(self, wanting: Sequence[Reactor]) -> bool:
        """Show it to all at once, and where that fails to each alone; whether anything is wished for.

        So a reactor that fails stands still alone.
        """
        try:
            return self._following.show(wanting)
        except Exception:  # noqa: BLE001 - each is tried again, and what fails then is logged
            show = self._following.show
            tries = [attempted(f"reactor {one.name}", partial(show, [one])) for one in wanting]
            return any(tries)
