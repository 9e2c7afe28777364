"""Makes the calls that are due: a few at a time for each receiver, so that a slow one delays no other.

What is sent is at-least-once, under an id that stays the same. Every attempt is told to the purpose
that asked for it, in the transaction that ends or postpones the row.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Condition, Event, Semaphore, Thread
from time import monotonic
from typing import Final

import msgspec

from tocsin.feature import Purpose
from tocsin.foundation.refusal import Refused
from tocsin.ledger import due
from tocsin.ledger.due import Claimed
from tocsin.ledger.ledger import Ledger
from tocsin.outbox.breaker import Breaker
from tocsin.outbox.call import Outcome
from tocsin.outbox.retrying import BUDGET, next_try
from tocsin.runtime.looping import log_failure
from tocsin.runtime.outside import Outside
from tocsin.runtime.settling import Superseded, park_or_postpone, settling
from tocsin.storage.lanes import Lane

FOR_ONE_RECEIVER: Final = 2
AT_ONCE: Final = 64
KEEP_TRIES: Final = 10
IN_DATABASE_AT_ONCE: Final = 4
"""So few of the calls use the database at a time: its connections are for people first."""


class Sender:
    """The calls under way in this process, and what it knows of the receivers."""

    def __init__(
        self, ledger: Ledger, purposes: Mapping[str, Purpose], outside: Outside, name: str
    ) -> None:
        self._ledger = ledger
        self._purposes = purposes
        self._outside = outside
        self._name = name
        self._changed = Condition()
        self._database_turn = Semaphore(IN_DATABASE_AT_ONCE)
        self._in_flight: Counter[str] = Counter()
        self._breakers: dict[str, Breaker] = {}
        self._stopped = Event()
        self.on_ended: Callable[[], None] = lambda: None

    def step(self) -> bool:
        """Begin the calls that are due and may be made now."""
        now = self._ledger.clock()
        with self._ledger.read() as rows:
            waiting = due.receivers(rows, now)
        slots = self._slots(waiting, now)
        self._give_up([receiver for receiver in waiting if self._is_left_alone(receiver)], now)
        if not slots:
            return False
        with self._ledger.database.write(Lane.MACHINES) as rows:
            claimed = due.claim(rows, self._name, now, slots=slots)
        for one in claimed:
            self._begin(one)
        return False

    def stop(self, by: float) -> bool:
        """Begin nothing more, and wait for what is under way until a moment of the monotonic clock.

        What is not over by then is taken up by another process when its claim ends.
        """
        self._stopped.set()
        return self.wait(by)

    def wait(self, by: float) -> bool:
        """Wait until nothing is under way, or until a moment of the monotonic clock."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._in_flight.total(), max(0.0, by - monotonic())
            )

    def _slots(self, waiting: list[str], now: datetime) -> dict[str, int]:
        slots: dict[str, int] = {}
        with self._changed:
            left = 0 if self._stopped.is_set() else AT_ONCE - self._in_flight.total()
            for receiver in waiting:
                breaker = self._breakers.get(receiver, Breaker())
                free = breaker.slots(now, self._in_flight[receiver], FOR_ONE_RECEIVER)
                if free and left > 0:
                    slots[receiver] = min(free, left)
                    left -= slots[receiver]
        return slots

    def _is_left_alone(self, receiver: str) -> bool:
        with self._changed:
            return self._breakers.get(receiver, Breaker()).is_open

    def _give_up(self, receivers: list[str], now: datetime) -> None:
        """Park what waited two days behind the failures of others to the same receiver."""
        if not receivers:
            return
        with self._ledger.read() as rows:
            if not due.are_expired(rows, now, to=receivers, asked_before=now - BUDGET):
                return
        with self._ledger.database.write(Lane.MACHINES) as rows:
            claimed = due.claim_expired(
                rows, self._name, now, to=receivers, asked_before=now - BUDGET
            )
        word = "It could not be reached for 48 hours."
        for one in claimed:
            self._keep(one, Outcome(was_taken=False, is_final=True, at=now, word=word), None)

    def _begin(self, claimed: Claimed) -> None:
        with self._changed:
            self._in_flight[claimed.receiver] += 1
        Thread(target=self._run, args=[claimed], name="call", daemon=True).start()

    def _run(self, claimed: Claimed) -> None:
        try:
            self._attempt(claimed)
        except Superseded:
            pass
        except Exception as error:  # noqa: BLE001 - a poison row must not stop the others
            log_failure("call", error)
            self._park_or_postpone(claimed, type(error).__name__)
        finally:
            with self._changed:
                self._in_flight[claimed.receiver] -= 1
                self._changed.notify_all()
            self.on_ended()

    def _attempt(self, claimed: Claimed) -> None:
        purpose = self._purposes[claimed.call.purpose]
        with self._database_turn, self._ledger.read() as rows:
            may_be_said = purpose.may_be_said(rows, claimed)
        if not may_be_said:
            self._withhold(purpose, claimed)
            return
        outcome = self._outside.attempt(self._ledger, claimed)
        self._learn(claimed.receiver, outcome)
        until = None
        if not outcome.is_final:
            until = self._next_try(claimed, outcome)
            outcome = msgspec.structs.replace(outcome, is_final=until is None)
        self._keep(claimed, outcome, until)

    def _withhold(self, purpose: Purpose, claimed: Claimed) -> None:
        """End a call that may not be made any more; whoever asked for it is told, together."""
        word = "It may not be said any more."
        work = settling(self._ledger, lambda rows: due.settle(rows, claimed, "withheld", word))
        with self._database_turn:
            if purpose.withheld is not None:
                purpose.withheld(work, claimed)
            work.finish()

    def _next_try(self, claimed: Claimed, outcome: Outcome) -> datetime | None:
        return next_try(
            claimed.asked_at,
            self._ledger.clock(),
            claimed.tries,
            random.random(),  # noqa: S311 - jitter, not a secret
            outcome.retry_after_seconds,
        )

    def _learn(self, receiver: str, outcome: Outcome) -> None:
        """A receiver that answers is well, even where it says no; one that may recover is not."""
        with self._changed:
            breaker = self._breakers.get(receiver, Breaker())
            if not outcome.is_final:
                now = self._ledger.clock()
                self._breakers[receiver] = breaker.failed(now, outcome.retry_after_seconds)
            elif outcome.status is not None:
                self._breakers.pop(receiver, None)

    def _keep(self, claimed: Claimed, outcome: Outcome, until: datetime | None) -> None:
        """Tell the purpose and end the row, together; where the database is away, a little later."""
        for _ in range(KEEP_TRIES):
            try:
                with self._database_turn:
                    self._keep_once(claimed, outcome, until)
            except Refused as refused:
                if refused.retry_after_seconds is None:
                    raise
                self._stopped.wait(1.0)
            else:
                return

    def _keep_once(self, claimed: Claimed, outcome: Outcome, until: datetime | None) -> None:
        state = "done" if outcome.was_taken else "dead"
        work = settling(
            self._ledger,
            lambda rows: (
                due.settle(rows, claimed, state, outcome.word)
                if until is None
                else due.postpone(
                    rows, claimed, until, outcome.word, unsure=outcome.may_have_arrived
                )
            ),
        )
        try:
            self._purposes[claimed.call.purpose].told(work, claimed, outcome)
        except (Superseded, Refused):
            raise
        except Exception as error:  # noqa: BLE001 - it was sent: the row must end, or it is sent again
            log_failure(f"purpose {claimed.call.purpose}", error)
        work.finish()

    def _park_or_postpone(self, claimed: Claimed, reason: str) -> None:
        try:
            with self._ledger.database.write(Lane.MACHINES) as rows:
                park_or_postpone(rows, claimed, self._ledger.clock(), reason)
        except Exception as error:  # noqa: BLE001 - the claim ends by itself
            log_failure("call", error)
