"""Whatever comes, in whatever order and through whichever process: a key fires at most once, and every
signal that was acknowledged is counted exactly once.
"""

import tempfile
from collections import Counter
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, make_url, select, text
from taking import (
    NOON,
    Post,
    alert,
    alerts,
    all_posted,
    bodied,
    send,
    settle,
    source,
    taking,
)

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands
from tocsin.features.alerts.intake import Intake
from tocsin.features.alerts.rows import ALERTS, SEEN
from tocsin.features.alerts.terms import Actionability, AlertState
from tocsin.foundation.clock import SimulatedClock, system_clock
from tocsin.integrations.alertmanager.fingerprint import fingerprint
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

NAMES = ("a", "b", "c")
LASTS = timedelta(minutes=5)
GRACE = timedelta(seconds=2)

Step = tuple[str, Any]

fires = st.tuples(
    st.just("fire"),
    st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=4),
)
STEPS = st.lists(
    st.one_of(
        fires,
        fires,
        st.tuples(st.just("change"), st.sampled_from(NAMES)),
        st.tuples(st.just("resolve"), st.sampled_from(NAMES)),
        st.tuples(st.just("close"), st.sampled_from(NAMES)),
        st.tuples(st.just("wait"), st.integers(0, 400)),
        st.tuples(st.just("settle"), st.none()),
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=25,
)


@dataclass
class Model:
    """What must be true, told in the plainest way: for each key the occurrences and their counts."""

    closed: list[tuple[str, int]] = field(default_factory=list)
    firing: dict[str, int] = field(default_factory=dict)
    ends: dict[str, datetime] = field(default_factory=dict)

    def fire(self, name: str, now: datetime) -> None:
        self.firing[name] = self.firing.get(name, 0) + 1
        self.ends[name] = now + LASTS

    def leave(self, name: str, *, heard: int) -> None:
        if name in self.firing:
            self.closed.append((name, self.firing.pop(name) + heard))

    def expire(self, now: datetime) -> None:
        for name in [name for name in self.firing if self.ends[name] <= now - GRACE]:
            self.leave(name, heard=0)


class Told:
    """Two processes on one database, told things alternately."""

    def __init__(self, ledger: Ledger, clock: SimulatedClock, stack: ExitStack) -> None:
        self.ledger, self.clock, self.stack = ledger, clock, stack
        self.key = source(ledger)
        self.model = Model()
        self.texts: Counter[str] = Counter()
        self.turn = 0
        self.start()

    def start(self) -> None:
        self.intakes = [self.stack.enter_context(taking(self.ledger)) for _ in range(2)]

    def intake(self) -> Intake:
        self.turn += 1
        return self.intakes[self.turn % 2]

    def alert(self, name: str, *, ends: datetime | None = None, reordered: bool = False) -> Any:
        said = alert(name, ends=ends or self.clock() + LASTS, text=str(self.texts[name]))
        if reordered:
            said["labels"] = dict(reversed(said["labels"].items()))
        return said

    def do(self, step: Step) -> None:
        what, said = step
        now = self.clock()
        match what:
            case "fire":
                told = [self.alert(name, reordered=odd) for name, odd in said]
                assert send(self.intake(), self.key, *told).status == 200
                for name, _ in said:
                    self.model.fire(name, now)
            case "change":
                self.texts[said] += 1
                assert send(self.intake(), self.key, self.alert(said)).status == 200
                self.model.fire(said, now)
            case "resolve":
                over = self.alert(said, ends=now)
                assert send(self.intake(), self.key, over).status == 200
                self.model.leave(said, heard=1)
            case "close":
                self.close(said)
            case "wait":
                self.clock.advance(timedelta(seconds=said))
            case "settle":
                settle(self.ledger)
                self.model.expire(now)
            case _:
                self.stack.pop_all().close()
                self.start()

    def close(self, name: str) -> None:
        for one in alerts(self.ledger, AlertState.FIRING):
            if one.title == name:
                commands.close_alert(
                    UnitOfWork(self.ledger, TOCSIN), one.id, actionability=Actionability.REAL
                )
        self.model.leave(name, heard=0)


@contextmanager
def organisation() -> Generator[tuple[Ledger, SimulatedClock]]:
    clock = SimulatedClock(NOON)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'tocsin.db'}")
        yield found(database, keys.make(), clock, origin="test"), clock
        database.close()


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_any_order_of_signals_closings_and_ends_counts_up(steps: Sequence[Step]) -> None:
    with organisation() as (ledger, clock), ExitStack() as stack:
        told = Told(ledger, clock, stack)
        for step in steps:
            told.do(step)
        settle(ledger)
        told.model.expire(clock())
        found_ = alerts(ledger)
        firing = {one.title: one.signals for one in found_ if one.is_firing}
        over = Counter((one.title, one.signals) for one in found_ if not one.is_firing)
        assert firing == told.model.firing
        assert over == Counter(told.model.closed)
        for one in found_:
            if one.is_firing:
                assert one.annotations == {"text": str(told.texts[one.title])}


def test_two_processes_that_get_the_same_storm_make_each_alert_once(database: Database) -> None:
    ledger = found(database, keys.make(), system_clock, origin="test")
    other = Ledger(Database(database.url), ledger.keys, system_clock)
    key, now = source(ledger), system_clock()
    path, names, rounds = f"/am/{key}/api/v2/alerts", 40, 6

    def body(shift: int) -> bytes:
        order = [f"A{(number * 7 + shift) % names}" for number in range(names)]
        return bodied(*[alert(name, starts=now) for name in order])

    with taking(ledger) as here, taking(other) as there, ThreadPoolExecutor(2) as pool:

        def storm(intake: Intake, shift: int) -> list[int]:
            posts = [Post(path, body(shift + number)) for number in range(rounds)]
            return [told.status for told in all_posted(intake, posts)]

        results = [pool.submit(storm, here, 0), pool.submit(storm, there, 11)]
        assert [status for result in results for status in result.result()] == [200] * rounds * 2
    settle(ledger)
    found_ = alerts(ledger)
    assert len(found_) == names
    assert {one.signals for one in found_} == {2 * rounds}
    other.database.close()


def test_resolving_in_one_process_while_the_other_counts_loses_nothing(database: Database) -> None:
    ledger = found(database, keys.make(), system_clock, origin="test")
    other = Ledger(Database(database.url), ledger.keys, system_clock)
    key, now = source(ledger), system_clock()
    path, rounds = f"/am/{key}/api/v2/alerts", 30
    fires = bodied(alert("A", starts=now))
    over = bodied(alert("A", starts=now - timedelta(hours=1), ends=now))

    with taking(ledger) as here, taking(other) as there, ThreadPoolExecutor(2) as pool:

        def storm(intake: Intake, body: bytes) -> list[int]:
            return [all_posted(intake, [Post(path, body)])[0].status for _ in range(rounds)]

        results = [pool.submit(storm, here, fires), pool.submit(storm, there, over)]
        assert {status for result in results for status in result.result()} == {200}
    settle(ledger)
    found_ = alerts(ledger)
    resolved = sum(one.state is AlertState.RESOLVED for one in found_)
    assert sum(one.is_firing for one in found_) <= 1
    assert sum(one.signals for one in found_) - resolved == rounds
    other.database.close()


@contextmanager
def own_postgresql(server: str) -> Generator[Database]:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"won_{uuid4().hex[:16]}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    database = Database(make_url(server).set(database=name).render_as_string())
    yield database
    database.close()


def insert_raw(rows: Connection, ledger: Ledger, name: str) -> None:
    """Open an alert as a writer would who knows nothing of generations."""
    with ledger.read() as looked:
        row = dict(looked.execute(select(ALERTS).limit(1)).one()._mapping)
    row |= {"number": 1000, "id": "somebody-elses", "key": fingerprint_of(name)}
    rows.execute(ALERTS.insert().values(row))
    seen = {"alert": 1000, "signals": 1, "last_at": row["received_at"], "ends_at": None}
    rows.execute(SEEN.insert().values(seen))


def wait_until_one_waits(database: Database, finished: Event) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        assert not finished.is_set()
        with database.read() as looked:
            if looked.execute(waiting).scalar():
                return


def test_an_insert_that_another_writer_won_becomes_a_repeat(postgresql: str) -> None:
    """Here only the unique index stands between the two."""
    with own_postgresql(postgresql) as database:
        ledger = found(database, keys.make(), system_clock, origin="test")
        key, now, finished = source(ledger), system_clock(), Event()
        with taking(ledger) as intake:
            send(intake, key, alert("Known", starts=now))

            def race() -> None:
                assert send(intake, key, alert("Raced", starts=now)).status == 200
                finished.set()

            racing = Thread(target=race)
            with database.write() as winner:
                insert_raw(winner, ledger, "Raced")
                racing.start()
                wait_until_one_waits(database, finished)
            racing.join()
        settle(ledger)
        counted = {one.id: one.signals for one in alerts(ledger)}
        assert len(counted) == 2
        assert counted["somebody-elses"] == 2


def fingerprint_of(name: str) -> str:
    return fingerprint(alert(name)["labels"])
