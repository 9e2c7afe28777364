"""The background work of one process: follow the ledger, make calls, fire timers, run jobs, sign.

Any number of processes may do it on one PostgreSQL; what only one may do at a time is leased. Work
of a process that died is another's within 15 seconds.
"""

from collections.abc import Callable, Sequence
from threading import Event
from time import monotonic
from typing import Final

from tocsin.feature import Feature, Job
from tocsin.ledger import checkpoint, dead, lease
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.clock_watch import ClockWatch
from tocsin.runtime.features import at_work
from tocsin.runtime.firing import Timers
from tocsin.runtime.following import Follower
from tocsin.runtime.leased import Leases
from tocsin.runtime.looping import Loop, log_failure
from tocsin.runtime.outside import Outside, evidence_terms, outside
from tocsin.runtime.sending import Sender
from tocsin.runtime.settings import Settings
from tocsin.storage import listening
from tocsin.storage.lanes import Lane
from tocsin.storage.wal import Checkpointer

STOP_SECONDS: Final = 2.0
CHECKPOINT_SECONDS: Final = 5.0
CLOCK_SECONDS: Final = 5.0
FOLLOWING_RESTS: Final = 0.05
"""News go out so much later, and one look serves all that was recorded meanwhile."""

TIDY_SECONDS: Final = 3600.0


def at_work_as_set(chosen: Settings, ways: Outside) -> Sequence[Feature]:
    """The features as their background work needs them, as the settings have it."""
    sends_mail = ways.post.server is not None
    return at_work(chosen.address, ways.web.fetch, evidence_terms(chosen), sends_mail=sends_mail)


class Background:
    """All background work of this process."""

    def __init__(
        self, ledger: Ledger, features: Sequence[Feature], outside: Outside, name: str
    ) -> None:
        self._ledger = ledger
        self._name = name
        self._stopped = Event()
        self._leases = Leases(ledger, name)
        purposes = {one.name: one for feature in features for one in feature.purposes}
        self._sender = Sender(ledger, purposes, outside, name)
        timers = {key: fire for feature in features for key, fire in feature.timers.items()}
        self._timers = Timers(ledger, timers, name)
        self._wal = Checkpointer(ledger.database)
        reactors = [one for feature in features for one in feature.reactors]
        when_due = {"timers": self._timers.step, "calls": self._sender.step}
        following = Follower(ledger, reactors, when_due).step
        self._eager = [Loop("following", following, rest_seconds=FOLLOWING_RESTS)]
        self._patient: list[Loop] = [
            Loop("news", self._listen),
            Loop("leases", self._leases.renew, every_seconds=lease.LASTS.total_seconds() / 4),
            Loop("checkpoints", self._sign, every_seconds=CHECKPOINT_SECONDS),
            Loop("tidy", self._tidy, every_seconds=TIDY_SECONDS),
        ]
        for job in (job for feature in features for job in feature.jobs):
            (self._eager if job.follows_news else self._patient).append(self._doing(job))
        self._sender.on_ended = self._eager[0].wake

    @classmethod
    def of(cls, ledger: Ledger, chosen: Settings, name: str) -> "Background":
        """The background work of every feature, as the settings have it."""
        ways = outside(chosen, ledger.clock)
        made = cls(ledger, at_work_as_set(chosen, ways), ways, name)
        watch = ClockWatch(ledger, name)
        made._patient.append(Loop("clock", watch.look, every_seconds=CLOCK_SECONDS))
        return made

    def start(self) -> None:
        """Begin."""
        self._ledger.listeners.append(self._wake)
        self._wal.start()
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End within 3 seconds: give the leases back and sign the ledger as it stands."""
        by = monotonic() + STOP_SECONDS
        self._stopped.set()
        if self._wake in self._ledger.listeners:
            self._ledger.listeners.remove(self._wake)
        for loop in self._loops:
            loop.stop()
        self._sender.stop(by)
        for loop in self._loops:
            loop.ended(by)
        self._wal.stop()
        self._at_the_end(self._leases.give_back)
        self._at_the_end(lambda: checkpoint.make(self._ledger))

    @property
    def _loops(self) -> list[Loop]:
        return [*self._eager, *self._patient]

    def _at_the_end(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - what can still be done at the end is done
            log_failure("stop", error)

    def _wake(self) -> None:
        for loop in self._eager:
            loop.wake()

    def _doing(self, job: Job) -> Loop:
        def run() -> bool:
            return job.run(self._ledger)

        def run_alone() -> bool:
            with self._leases.holding(f"job:{job.name}") as is_held:
                return is_held and run()

        step = run if job.is_for_every_process else run_alone
        return Loop(f"job {job.name}", step, every_seconds=job.every_seconds)

    def _listen(self) -> bool:
        listening.listen(self._ledger.database, self._ledger.tell, self._stopped)
        return False

    def _sign(self) -> bool:
        """Whether it is time is asked under the ledger's own lock, so no lease is needed."""
        checkpoint.make(self._ledger, only_if_due=True)
        return False

    def _tidy(self) -> bool:
        before = self._ledger.clock() - dead.KEPT
        with self._ledger.database.write(Lane.MACHINES) as rows:
            return dead.forget(rows, before) == dead.FORGOTTEN_AT_ONCE
