"""Fires timers: in order, late ones too, each once. One process at a time does it.

A timer's change and the end of its row are one transaction; a timer that cannot be fired is parked.
"""

from collections.abc import Mapping
from typing import Final

from tocsin.feature import Fire
from tocsin.foundation.refusal import Refused
from tocsin.ledger import due, lease
from tocsin.ledger.due import TIMER, Claimed
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.looping import log_failure
from tocsin.runtime.settling import Superseded, park_or_postpone, settling
from tocsin.storage.lanes import Lane

BATCH: Final = 8


class Timers:
    """The timers of the features, and what is due of them."""

    def __init__(self, ledger: Ledger, timers: Mapping[str, Fire], name: str) -> None:
        self._ledger = ledger
        self._timers = timers
        self._name = name

    def step(self) -> bool:
        """Fire some of what is due."""
        now = self._ledger.clock()
        with self._ledger.read() as rows:
            if not due.receivers(rows, now, TIMER):
                return False
        if not lease.take(self._ledger.database, "timers", self._name, now):
            return False
        with self._ledger.database.write(Lane.MACHINES) as rows:
            claimed = due.claim_timers(rows, self._name, now, limit=BATCH)
        for one in claimed:
            self._fire(one)
        return bool(claimed)

    def _fire(self, claimed: Claimed) -> None:
        work = settling(self._ledger, lambda rows: due.settle(rows, claimed, "done", "fired"))
        try:
            self._timers[claimed.receiver](work, claimed.timer_facts)
            work.finish()
        except Superseded:
            return
        except Exception as error:  # noqa: BLE001 - a timer that fails must not stop the others
            if isinstance(error, Refused) and error.retry_after_seconds is not None:
                return  # the database is away: the claim ends by itself
            log_failure(f"timer {claimed.receiver}", error)
            reason = type(error).__name__
            with self._ledger.database.write(Lane.MACHINES) as rows:
                park_or_postpone(rows, claimed, self._ledger.clock(), reason)
