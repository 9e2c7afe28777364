"""Receivers that are slow, away or wrong: nothing is lost, nothing is said twice, nobody is held up."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from threading import enumerate as enumerate_threads
from time import monotonic

import pytest
from processes import until
from receivers import (
    Asked,
    Receiver,
    asks_to_wait,
    drips,
    fails,
    floods,
    receiving,
    swallows,
    takes,
)
from sqlalchemy import Connection
from telling import NOTICES, START, House, ways

from tocsin.features.incidents import commands as incidents
from tocsin.features.notices import commands
from tocsin.features.notices.reactors import telling
from tocsin.foundation.clock import SimulatedClock, system_clock
from tocsin.ledger import due, follow
from tocsin.ledger.due import Wish
from tocsin.ledger.entry import Entry
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import shown
from tocsin.outbox.http import Patience
from tocsin.runtime.background import Background
from tocsin.storage.database import Database


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def house(database: Database, clock: SimulatedClock) -> House:
    return House(database, clock)


@pytest.fixture
def receiver() -> Generator[Receiver]:
    with receiving(takes) as taking:
        yield taking


def test_after_two_days_a_letter_is_dead_and_visible_and_can_be_sent_again(
    house: House, clock: SimulatedClock
) -> None:
    works: list[bool] = []

    def behave(asked: Asked) -> None:
        asked.reply(204 if works else 503, Retry_After="3600")

    with receiving(behave) as receiver:
        commands.add_webhook(house.work, "status page", receiver.url)
        house.declare()
        house.follow()
        while house.states() == ["waiting"]:
            house.send()
            clock.advance(timedelta(minutes=61))
        assert timedelta(hours=48) <= clock() - START <= timedelta(hours=51)
        assert 46 <= len(receiver.heard) <= 49
        [letter] = commands.dead_letters(house.work)
        assert (letter.last_word, letter.tries) == ("It answered 503.", len(receiver.heard))
        assert house.kinds() == ["notice.failed"]
        works.append(True)
        commands.replay(house.work, letter.id)
        clock.advance(timedelta(minutes=61))
        house.send()
        assert house.states() == ["done"]
    assert house.kinds() == ["notice.failed", "notice.sent"]
    assert len(set(receiver.ids)) == 1, "its id stays the same, whenever it is sent"


def test_what_waited_behind_a_dead_receiver_is_given_up_visibly_too(
    house: House, clock: SimulatedClock
) -> None:
    commands.add_webhook(house.work, "away", "http://127.0.0.1:1/")
    for _ in range(9):
        house.declare()
    house.follow()
    for _ in range(60):
        house.send()
        clock.advance(timedelta(hours=1))
    assert house.states() == ["dead"] * 9
    assert house.kinds() == ["notice.failed"] * 9


def test_a_receiver_that_asks_to_wait_is_not_asked_before(
    house: House, clock: SimulatedClock
) -> None:
    with receiving(asks_to_wait) as busy:
        commands.add_webhook(house.work, "busy", busy.url)
        for _ in range(5):
            house.declare()
        house.follow()
        house.send()
        asked = len(busy.heard)
        assert asked == 2
        clock.advance(timedelta(seconds=119))
        house.send()
        assert len(busy.heard) == asked
        clock.advance(timedelta(seconds=2))
        house.send()
        assert len(busy.heard) == asked + 2


def test_the_work_of_a_dead_process_is_done_by_another(
    house: House, receiver: Receiver, clock: SimulatedClock
) -> None:
    commands.add_webhook(house.work, "status page", receiver.url)
    house.declare()
    house.follow()
    with house.ledger.database.write() as rows:
        [claimed] = due.claim(rows, "dead", clock(), slots=dict.fromkeys(_all(house), 2))
    house.send()
    clock.advance(timedelta(seconds=14))
    house.send()
    assert receiver.heard == []
    clock.advance(timedelta(seconds=1))
    house.send()
    assert len(receiver.heard) == 1
    assert house.ledger.after(-1)[-1].event.possible_duplicate, "the dead one may have sent it"
    with house.ledger.database.write() as rows:
        assert not due.settle(rows, claimed, "dead", "too late"), "it was not dead after all"
    assert house.states() == ["done"]


def _all(house: House) -> list[str]:
    with house.ledger.read() as rows:
        return due.receivers(rows, house.ledger.clock())


def test_two_workers_send_nothing_twice(database: Database, receiver: Receiver) -> None:
    house = House(database, system_clock)
    commands.add_webhook(house.work, "status page", receiver.url)
    commands.add_webhook(house.work, "chat", receiver.url)
    second = Database(database.url)
    ledgers = [house.ledger, Ledger(second, house.ledger.keys, system_clock)]
    workers = [
        Background(one, [NOTICES], ways(one), f"worker {nth}") for nth, one in enumerate(ledgers)
    ]
    for worker in workers:
        worker.start()
    try:
        for _ in range(20):
            house.declare()
        until(lambda: house.states() == ["done"] * 40)
    finally:
        for worker in workers:
            worker.stop()
        second.close()
    assert len(receiver.ids) == len(set(receiver.ids)) == 40
    assert house.kinds() == ["notice.sent"] * 40


def test_one_poison_entry_stops_no_other(house: House, receiver: Receiver) -> None:
    commands.add_webhook(house.work, "status page", receiver.url)
    bad = house.declare("poison")
    house.declare("fine")
    incidents.acknowledge(house.work, bad)
    good = telling("")
    is_well: list[bool] = []

    def react(entry: Entry, rows: Connection) -> Sequence[Wish]:
        if not is_well and shown(getattr(entry.event, "title", None)) == "poison":
            raise ZeroDivisionError
        return good.react(entry, rows)

    reactor = follow.Reactor(good.name, good.kinds, react)
    follow.catch_up(house.ledger, reactor)
    with house.ledger.read() as rows:
        reasons = [one.reason for one in follow.parked(rows)]
    assert reasons == ["ZeroDivisionError", "an earlier entry of it is parked"]
    assert house.states() == ["waiting"]
    is_well.append(True)
    assert follow.replay_parked(house.ledger, reactor) == 2
    assert house.states() == ["waiting"] * 3
    assert follow.replay_parked(house.ledger, reactor) == 0


TAKING, ROUNDS = 12, 4
HELD_UP_SECONDS = Patience().step_seconds
"""Whoever waits for a receiver that does not answer waits at least so long; less is the machine."""


def test_no_bad_receiver_holds_up_another(database: Database) -> None:
    house = House(database, system_clock)
    with ExitStack() as stack:
        good = [stack.enter_context(receiving(takes)) for _ in range(TAKING)]
        bad = bad_receivers(stack, good[0])
        for nth, one in enumerate(good):
            commands.add_webhook(house.work, f"good {nth}", one.url)
        worker = Background(house.ledger, [NOTICES], ways(house.ledger), "worker")
        worker.start()
        try:
            alone = delays(house, good)
            for name, url in bad.items():
                commands.add_webhook(house.work, name, url)
            beside = delays(house, good)
            until(lambda: house.states().count("dead") == ROUNDS)
        finally:
            began = monotonic()
            worker.stop()
        assert monotonic() - began < 3, "also while a black hole has a call"
    until(nothing_under_way)
    assert median(beside) - median(alone) < 1, (alone, beside)
    assert worst(beside) - worst(alone) < HELD_UP_SECONDS, (alone, beside)
    states = house.states()
    assert len(states) == ROUNDS * (2 * len(good) + len(bad)), "nothing is lost"
    assert set(states) == {"done", "waiting", "dead"}
    assert {one.last_word for one in commands.dead_letters(house.work)} == {"It answered 302."}


def bad_receivers(stack: ExitStack, good: Receiver) -> dict[str, str]:
    """The addresses of receivers that are slow, failing, not there or somebody else."""

    def sends_on(asked: Asked) -> None:
        asked.reply(302, Location=good.url)

    behaviours = (swallows, fails, asks_to_wait, drips, floods, sends_on)
    urls = {one.__name__: stack.enter_context(receiving(one)).url for one in behaviours}
    return urls | {
        "tls": good.url.replace("http://", "https://"),
        "no name": "https://nowhere.example/",
    }


def nothing_under_way() -> bool:
    return not [thread for thread in enumerate_threads() if thread.name == "call"]


def delays(house: House, good: list[Receiver]) -> list[float]:
    """How long after each of some incidents each good receiver heard of it, in seconds."""
    for one in good:
        one.heard.clear()
    declared: list[datetime] = []
    for nth in range(ROUNDS):
        house.declare()
        declared.append(datetime.now(UTC))
        until(partial(all_heard, good, nth + 1))
    gaps = [zip(one.heard, declared, strict=True) for one in good]
    return sorted((heard.at - at).total_seconds() for pairs in gaps for heard, at in pairs)


def all_heard(good: list[Receiver], count: int) -> bool:
    return all(len(one.heard) >= count for one in good)


def worst(measured: list[float]) -> float:
    """The 99th percentile."""
    return measured[int(len(measured) * 0.99) - 1]
