from datetime import UTC, datetime, timedelta

import pytest

from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.clock_watch import ClockStepped, ClockWatch
from tocsin.storage.database import Database


class Machine:
    """A machine whose clock and whose passing of time are in the test's hand."""

    def __init__(self, database: Database) -> None:
        self.clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
        self.ledger: Ledger = found(database, keys.make(), self.clock, origin="test")
        self.passed = 100.0
        self.watch = ClockWatch(self.ledger, "here", lambda: self.passed)

    def go_on(self, seconds: float, *, clock_says: float) -> None:
        self.passed += seconds
        self.clock.advance(timedelta(seconds=clock_says))
        self.watch.look()

    @property
    def steps(self) -> list[float]:
        entries = self.ledger.after(-1)
        return [it.event.seconds for it in entries if isinstance(it.event, ClockStepped)]


@pytest.fixture
def machine(database: Database) -> Machine:
    made = Machine(database)
    made.watch.look()
    return made


def test_time_that_passes_is_no_step(machine: Machine) -> None:
    for _ in range(10):
        machine.go_on(5, clock_says=5.4)
    assert machine.steps == []


def test_a_step_either_way_is_in_the_ledger_once(machine: Machine) -> None:
    machine.go_on(5, clock_says=5 - 34 * 60)
    machine.go_on(5, clock_says=5)
    machine.go_on(5, clock_says=5 + 3600)
    assert machine.steps == [-2040.0, 3600.0]


def test_time_in_the_ledger_goes_on_after_a_step_backwards(machine: Machine) -> None:
    machine.go_on(5, clock_says=-3600)
    instants = [entry.at for entry in machine.ledger.after(-1)]
    assert instants == sorted(instants)
