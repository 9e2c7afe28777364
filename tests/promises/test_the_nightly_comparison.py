"""Rows and ledger are compared by night, and what does not agree is said."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from processes import until
from sqlalchemy import text

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import checkpoint, keys, verification, witness
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.verification import Verified
from tocsin.runtime.chore import Interrupted, Pace, Run
from tocsin.runtime.durable import Durable
from tocsin.runtime.verifying import VERIFICATION
from tocsin.runtime.watching import watch
from tocsin.storage.database import Database

HOST = By(id="root@host", kind="host")
START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    made = found(database, keys.make(), clock, origin="test")
    for nth in range(3):
        incidents.declare(UnitOfWork(made, TOCSIN), Declaration(title=f"Down {nth}"))
    return made


def compare(ledger: Ledger, run: str = "tonight") -> Verified:
    """One run of the comparison, step by step."""
    earlier: Mapping[str, Any] = {}
    for name, step in VERIFICATION.steps:
        earlier = {**earlier, name: step(Run(run, ledger, Pace(Event()), earlier))}
    [last] = [entry.event for entry in verified(ledger)][-1:]
    assert isinstance(last, Verified)
    return last


def verified(ledger: Ledger) -> list[Any]:
    with ledger.read() as rows:
        return ledger.history(rows, verification.KEY)


def give(ledger: Ledger) -> None:
    note = checkpoint.make(ledger)
    assert note is not None
    witness.give(ledger, HOST, note, "printed")


def said(ledger: Ledger) -> str:
    seen = watch(ledger)
    return seen.alarm(ledger.clock()) or seen.matches


def damage(ledger: Ledger, sql: str) -> None:
    """As somebody would who can write to the file: the guards do not stop them."""
    with ledger.database.write() as rows:
        if ledger.database.is_sqlite:
            rows.execute(text("DROP TRIGGER ledger_refuses_update"))
        else:
            rows.execute(text("ALTER TABLE ledger DISABLE TRIGGER ALL"))
        rows.execute(text(sql))


def test_what_agrees_is_recorded_once_and_nothing_is_held_meanwhile(ledger: Ledger) -> None:
    before = compare(ledger)
    assert (before.entries, before.lines_ok, before.rows_ok, before.faults) == (3, True, True, 0)
    compare(ledger)
    assert len(verified(ledger)) == 1, "the same run, resumed after it was recorded"
    compare(ledger, "tomorrow")
    assert len(verified(ledger)) == 2


def test_a_changed_cell_is_found_and_said(ledger: Ledger) -> None:
    give(ledger)
    with ledger.database.write() as rows:
        rows.execute(text("UPDATE incident SET version = version + 7 WHERE state LIKE '%Down 1%'"))
    last = compare(ledger)
    assert (last.lines_ok, last.rows_ok, last.faults) == (True, False, 1)
    assert last.named[0].startswith("incident ")
    assert said(ledger) == "Rows and ledger disagree: run tocsin rebuild --check"


def test_a_changed_line_is_found_and_said(ledger: Ledger) -> None:
    give(ledger)
    damage(ledger, "UPDATE ledger SET actor = 'somebody else' WHERE seq = 1")
    last = compare(ledger)
    assert (last.lines_ok, last.rows_ok, last.named, last.checkpoints) == (
        False,
        True,
        ("entry 1",),
        0,
    )
    assert said(ledger) == "The ledger was changed: run tocsin ledger verify"


def test_without_an_outside_witness_it_says_so_whatever_was_compared(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    compare(ledger)
    assert said(ledger) == "No outside witness: integrity rests on this machine"
    give(ledger)
    assert said(ledger) == "Outside checkpoint not yet compared"
    compare(ledger, "next")
    assert said(ledger) == "Ledger matches 1 outside checkpoint"
    give(ledger)
    compare(ledger, "the one after")
    assert said(ledger) == "Ledger matches 2 outside checkpoints"
    clock.advance(timedelta(hours=37))
    assert said(ledger) == "Rows and ledger were not compared lately"


def test_a_checkpoint_that_went_outside_is_held_against_the_ledger(ledger: Ledger) -> None:
    """Also where Tocsin's own copy of it is gone."""
    forged = f"test\n2\n{'A' * 43}=\n"
    witness.give(ledger, HOST, forged, "exported")
    assert compare(ledger).named == ("entry 1",)


def test_it_is_overdue_until_it_was_done_and_a_day_later_again(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    assert VERIFICATION.is_overdue(ledger)
    compare(ledger)
    assert not VERIFICATION.is_overdue(ledger)
    clock.advance(timedelta(hours=26))
    assert VERIFICATION.is_overdue(ledger)


def test_a_process_that_stops_ends_the_comparison_without_a_record(ledger: Ledger) -> None:
    stopped = Event()
    stopped.set()
    with pytest.raises(Interrupted):
        VERIFICATION.steps[0][1](Run("tonight", ledger, Pace(stopped), {}))


def test_the_first_start_of_a_process_compares(ledger: Ledger) -> None:
    durable = Durable(ledger, [VERIFICATION], "one")
    durable.start()
    try:
        until(lambda: verified(ledger), why="nothing was compared")
    finally:
        durable.stop()
    assert len(verified(ledger)) == 1
