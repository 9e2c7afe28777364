"""Work of several steps is begun once, and goes on elsewhere when its process dies."""

import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from processes import until

from tocsin.foundation.clock import system_clock
from tocsin.ledger import executors, keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime import durable
from tocsin.runtime.durable import Durable
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

LIBRARYS_POLL_SECONDS = 1
THEIRS = {"workflow_status", "operation_outputs", "workflow_schedules", "queues", "notifications"}
SCRIPT = Path(__file__).parents[1] / "durably.py"


class Workers:
    """Processes that do chores on one database, and what they say they did."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._url, self._marks = ledger.database.url, folder / "marks"
        self._keys = folder / "keys"
        keys.keep(ledger.keys, self._keys)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        words = (self._url, str(self._keys), name, str(self._marks))
        self._running[name] = subprocess.Popen([sys.executable, str(SCRIPT), *words])

    def kill(self, name: str) -> None:
        self._running[name].kill()
        self._running[name].wait()

    def stop(self) -> None:
        for name in self._running:
            self.kill(name)

    def marks(self, what: str) -> list[list[str]]:
        lines = self._marks.read_text().splitlines() if self._marks.exists() else []
        return [line.split()[1:] for line in lines if line.startswith(f"{what} ")]


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), system_clock, origin="test")


@pytest.fixture
def workers(ledger: Ledger, tmp_path: Path) -> Generator[Workers]:
    made = Workers(ledger, tmp_path)
    yield made
    made.stop()


def alive(ledger: Ledger) -> set[str]:
    return executors.alive(ledger.database, ledger.clock())


def test_a_step_under_way_goes_on_elsewhere_when_its_process_dies(
    ledger: Ledger, workers: Workers
) -> None:
    workers.start("one")
    until(lambda: workers.marks("slow"), why="it was not begun")
    workers.start("two")
    until(lambda: alive(ledger) == {"one", "two"}, why="two says nothing")
    workers.kill("one")
    until(lambda: workers.marks("last"), why="nobody took it over")
    runs = {run for what in ("first", "slow", "last") for _, run in workers.marks(what)}
    assert len(runs) == 1
    assert [by for by, _ in workers.marks("first")] == ["one"], "what was done is not done again"
    assert [by for by, _ in workers.marks("slow")] == ["one", "two"]
    assert alive(ledger) == {"two"}


def test_the_clock_begins_each_run_once_whoever_is_up(ledger: Ledger, workers: Workers) -> None:
    """Which of two gets a run is chance: only with the other gone must it be the one that is left."""
    workers.start("two")
    until(lambda: by_whom(workers) == {"two"}, why="two is idle")
    workers.start("three")
    until(lambda: alive(ledger) == {"two", "three"}, why="three says nothing")
    workers.kill("two")
    until(lambda: "three" in by_whom(workers), why="three is idle")
    ticks = [run for _, run in workers.marks("tick")]
    assert len(ticks) == len(set(ticks))


def by_whom(workers: Workers) -> set[str]:
    return {by for by, _ in workers.marks("tick")}


def test_nobody_waits_longer_than_15_seconds_for_who_died() -> None:
    noticed = executors.SILENCE.total_seconds() + durable.LOOK_SECONDS
    assert noticed + LIBRARYS_POLL_SECONDS < 15
    assert executors.SILENCE.total_seconds() >= 3 * durable.BEAT_SECONDS, "a late beat is no death"


@contextmanager
def at_work(ledger: Ledger, name: str) -> Generator[Durable]:
    made = Durable(ledger, [], name)
    made.start()
    yield made
    made.stop()


def test_who_stops_is_gone_at_once_and_within_three_seconds(ledger: Ledger) -> None:
    with at_work(ledger, "one") as one:
        until(lambda: alive(ledger) == {"one"}, why="it said nothing")
        began = monotonic()
        one.stop()
        assert monotonic() - began < 3
    assert alive(ledger) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_its_tables_and_ours_never_meet(ledger: Ledger, database_url: Callable[[], str]) -> None:
    """On SQLite both stand in one file."""
    assert database_url is not None
    with at_work(ledger, "one"):
        until(lambda: theirs(ledger.database) >= THEIRS, why="no tables of its own")


def theirs(database: Database) -> set[str]:
    with database.read() as rows:
        everything = set(rows.exec_driver_sql(TABLES).scalars())
    made_here = set(METADATA.tables) | {"alembic_version", "sqlite_sequence"}
    assert everything >= set(METADATA.tables)
    return everything - made_here


TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
