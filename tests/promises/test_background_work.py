"""Background work: each thing once, in order, by one process at a time, and gone when told to stop."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any

import pytest
from processes import GIVE_UP_SECONDS, until
from sqlalchemy import select

from tocsin.access.policy import Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.feature import Feature, Fire, Job
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.foundation.clock import Clock, SimulatedClock, system_clock
from tocsin.ledger import checkpoint, dead, due, keys, lease
from tocsin.ledger.due import DUE, Timer
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.background import Background
from tocsin.runtime.firing import Timers
from tocsin.runtime.outside import Outside
from tocsin.storage.database import Database

START = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


def ask(ledger: Ledger, *timers: Timer) -> None:
    with ledger.database.write() as rows:
        for nth, timer in enumerate(timers):
            due.ask(rows, f"test:{timer.name}:{nth}", timer, ledger.clock())


def states(ledger: Ledger) -> list[str]:
    with ledger.read() as rows:
        return list(rows.scalars(select(DUE.c.state).order_by(DUE.c.number)))


def declaring(work: UnitOfWork, facts: dict[str, Any]) -> None:
    incidents.declare(work, Declaration(title=str(facts["title"])))


def titles(ledger: Ledger) -> list[str]:
    return [entry.event.title.value for entry in ledger.after(-1)]


def timers(ledger: Ledger, name: str = "one", **fires: Fire) -> Timers:
    return Timers(ledger, {"declare": declaring} | fires, name)


def at(minutes: int, title: str, name: str = "declare") -> Timer:
    return Timer(name=name, at=START + timedelta(minutes=minutes), facts={"title": title})


def test_late_timers_fire_once_and_in_order(ledger: Ledger, clock: SimulatedClock) -> None:
    ask(ledger, at(9, "third"), at(5, "second"), at(1, "first"), at(60, "not yet"))
    one = timers(ledger)
    assert not one.step()
    clock.advance(timedelta(minutes=10))
    while one.step():
        pass
    assert titles(ledger) == ["first", "second", "third"]
    clock.advance(timedelta(minutes=5))
    assert not one.step()
    assert states(ledger) == ["done", "done", "done", "waiting"]


def test_a_timer_whose_process_dies_in_the_middle_fires_once_on_another(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    class Died(BaseException):
        """As if by kill -9: nothing after it is done."""

    def dying(work: UnitOfWork, facts: dict[str, Any]) -> None:
        with work.change(Permission.DECLARE) as change:
            incidents.declare_in(change, Declaration(title=str(facts["title"])))
            raise Died

    ask(ledger, at(0, "once"))
    with pytest.raises(Died):
        timers(ledger, declare=dying).step()
    other = timers(ledger, "other")
    clock.advance(timedelta(seconds=14))
    assert not other.step()
    clock.advance(timedelta(seconds=1))
    assert other.step()
    assert titles(ledger) == ["once"]
    assert states(ledger) == ["done"]


def test_who_was_away_too_long_does_not_fire_what_another_fired(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    other = timers(ledger, "other")

    def dozing(work: UnitOfWork, facts: dict[str, Any]) -> None:
        clock.advance(timedelta(seconds=20))
        assert other.step()
        declaring(work, facts)

    ask(ledger, at(0, "once"))
    timers(ledger, declare=dozing).step()
    assert titles(ledger) == ["once"]


def test_a_timer_that_cannot_be_fired_is_parked_and_stops_no_other(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    def failing(_: UnitOfWork, __: dict[str, Any]) -> None:
        raise ZeroDivisionError

    ask(ledger, at(0, "bad", "fail"), at(0, "good"))
    one = timers(ledger, fail=failing)
    for _ in range(8):
        one.step()
        clock.advance(timedelta(minutes=1))
    assert states(ledger) == ["dead", "done"]
    with ledger.read() as rows:
        [letter] = dead.listed(rows)
    assert (letter.last_word, letter.tries, letter.facts) == (
        "ZeroDivisionError",
        5,
        {"title": "bad"},
    )
    with ledger.database.write() as rows:
        dead.replay(rows, letter.id, clock())
    timers(ledger, fail=declaring).step()
    assert titles(ledger) == ["good", "bad"]


def test_a_lease_is_taken_over_when_its_holder_is_silent_or_gone(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    def take(holder: str) -> bool:
        return lease.take(ledger.database, "job", holder, clock())

    assert take("one")
    assert not take("two")
    clock.advance(timedelta(seconds=8))
    assert take("one")
    clock.advance(timedelta(seconds=8))
    assert not take("two")
    clock.advance(timedelta(seconds=2))
    assert take("two")
    assert not take("one")
    lease.give_back(ledger.database, "two", clock())
    assert take("one")
    with ledger.read() as rows:
        assert rows.scalar(select(lease.LEASES.c.token)) == 3


@contextmanager
def working(*workers: Background) -> Generator[None]:
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()


def background(ledger: Ledger, jobs: Sequence[Job], name: str) -> Background:
    return Background(ledger, [Feature(name="test", jobs=jobs)], Outside(), name)


def opened(database: Database, clock: Clock = system_clock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


def test_a_job_is_done_by_one_process_and_then_by_the_next(database: Database) -> None:
    ledger, done = opened(database), [0, 0]

    def job(nth: int) -> list[Job]:
        def run(_: Ledger) -> bool:
            done[nth] += 1
            return False

        return [Job(name="count", every_seconds=0.02, run=run)]

    first, second = (background(ledger, job(nth), f"worker {nth}") for nth in range(2))
    with working(first):
        until(lambda: done[0] > 2)
        with working(second):
            until(lambda: done[0] > done[1] + 5)
            assert done[1] == 0
            first.stop()
            until(lambda: done[1] > 2)


def test_a_job_that_fails_is_tried_again_and_news_wake_it(database: Database) -> None:
    ledger, ran = opened(database), Event()
    tries: list[int] = []

    def run(_: Ledger) -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        ran.set()
        return False

    job = Job(name="follow", every_seconds=3600, run=run, follows_news=True)
    with working(background(ledger, [job], "worker")):
        until(lambda: tries)
        work = UnitOfWork(ledger, holding(Role.RESPONDER, By(id="ada", kind="person"), "ada"))
        incidents.declare(work, Declaration(title="Down"))
        assert ran.wait(GIVE_UP_SECONDS)


def test_whoever_stops_signs_the_ledger_and_is_gone_within_three_seconds(
    database: Database,
) -> None:
    ledger, stuck = opened(database), Event()
    job = Job(name="stuck", every_seconds=1, run=lambda _: stuck.wait(30))
    worker = background(ledger, [job], "worker")
    with working(worker):
        work = UnitOfWork(ledger, holding(Role.RESPONDER, By(id="ada", kind="person"), "ada"))
        incidents.declare(work, Declaration(title="Down"))
        began = monotonic()
        worker.stop()
        assert monotonic() - began < 3
        with ledger.read() as rows:
            last = checkpoint.newest(rows)
        assert last is not None
        assert last.size == 1
        stuck.set()
    assert ledger.listeners == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_commit_of_one_process_wakes_the_others(
    database: Database, database_url: Callable[[], str]
) -> None:
    assert database_url is not None
    ledger, heard = opened(database), Event()
    other_database = Database(database.url)
    other = Ledger(other_database, ledger.keys, system_clock)
    with working(background(other, [], "other")):
        other.listeners.append(heard.set)
        assert heard.wait(GIVE_UP_SECONDS), "once it listens it looks for itself"
        heard.clear()
        work = UnitOfWork(ledger, holding(Role.RESPONDER, By(id="ada", kind="person"), "ada"))
        incidents.declare(work, Declaration(title="Down"))
        assert heard.wait(GIVE_UP_SECONDS)
    other_database.close()
