"""Chores on this process: begun by the clock, resumed where another process died, within 15 seconds.

The library behind it takes a second of processor time to import, so that is done on a thread of its
own, a moment after the process is ready: who comes first after a crash are senders that waited.
"""

from collections.abc import Sequence
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from tocsin.ledger import executors, lease
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.chore import Chore
from tocsin.runtime.looping import Loop, log_failure

if TYPE_CHECKING:
    from tocsin.runtime.transact import Transact

BEAT_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 2.0
TIDY_SECONDS: Final = 3600.0
STOP_SECONDS: Final = 2.0


class Durable:
    """The chores of this process."""

    def __init__(self, ledger: Ledger, chores: Sequence[Chore], name: str) -> None:
        self._ledger = ledger
        self._chores = chores
        self._name = name
        self._stopped = Event()
        self._beating = Lock()
        self._transact: Transact | None = None
        self._tidied = monotonic() - TIDY_SECONDS
        self._loops = [
            Loop("heartbeat", self._beat, every_seconds=BEAT_SECONDS),
            Loop(
                "durable work",
                self._look,
                every_seconds=LOOK_SECONDS,
                first_after_seconds=LOOK_SECONDS,
            ),
        ]

    def start(self) -> None:
        """Begin."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End within 2 seconds. What is under way goes on elsewhere, at once."""
        by = monotonic() + STOP_SECONDS
        self._stopped.set()
        for loop in self._loops:
            loop.stop()
        if all(loop.ended(by) for loop in self._loops) and self._transact is not None:
            closing = Thread(target=self._transact.close, name="durable end", daemon=True)
            closing.start()
            closing.join(max(0.0, by - monotonic()))
        try:
            executors.forget(self._ledger.database, self._name)
        except Exception as error:  # noqa: BLE001 - whoever is silent is forgotten in the end
            log_failure("stop", error)

    def _beat(self) -> bool:
        with self._beating:
            executors.beat(self._ledger.database, self._name, self._ledger.clock())
        return False

    def _look(self) -> bool:
        """Start the library where that is still to do; then see who died, and what was missed."""
        if self._transact is None:
            self._beat()
            self._transact = self._launched()
        self._take_over(self._transact)
        if monotonic() - self._tidied >= TIDY_SECONDS:
            self._tidy(self._transact)
        return False

    def _launched(self) -> "Transact":
        from tocsin.runtime.transact import Transact  # noqa: PLC0415 - see above

        return Transact(self._ledger, self._chores, self._name, self._stopped)

    def _take_over(self, transact: "Transact") -> None:
        """One process resumes what the dead have left; a lease keeps the others from doing so too."""
        database, clock = self._ledger.database, self._ledger.clock
        if not transact.orphans(executors.alive(database, clock())):
            return
        holder = f"{self._name} durable"
        if lease.take(database, "takeover", holder, clock()):
            transact.resume(transact.orphans(executors.alive(database, clock())))
            lease.give_back(database, holder, clock())

    def _tidy(self, transact: "Transact") -> None:
        transact.start_overdue(self._ledger.clock())
        executors.forget_silent(self._ledger.database, self._ledger.clock())
        while transact.forget_ended(self._ledger.clock()):
            pass
        self._tidied = monotonic()
