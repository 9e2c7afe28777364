"""A list in any order, cut down in any way, shows each incident that one may see once, page by page."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import event

from tocsin.access.policy import Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, tasks
from tocsin.features.incidents.commands.telling import Situated
from tocsin.features.incidents.rows import listing
from tocsin.features.incidents.rows.listing import Cut
from tocsin.features.incidents.rules import query as queries
from tocsin.features.incidents.rules.clocks import nearness
from tocsin.features.incidents.rules.query import GROUPS, SORTS
from tocsin.features.incidents.terms import Mode
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

NEED = ("severity", "need")


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


def person(ledger: Ledger, name: str) -> UnitOfWork:
    return UnitOfWork(ledger, holding(Role.MANAGER, By(id=name, kind="person"), name))


def declare(work: UnitOfWork, title: str, **said: Any) -> str:
    return commands.declare(work, Declaration(title=title, **said)).incident.reference


def promised(due: datetime) -> Situated:
    return Situated(happening="Payouts are late.", next_update_at=due)


def many(ledger: Ledger, clock: SimulatedClock) -> list[str]:
    ada, made = person(ledger, "ada"), list[str]()
    for number in range(14):
        said: dict[str, Any] = {
            "severity": 1 + number % 3,
            "service": (None, "cards", "payouts")[number % 3],
            "team": (None, "Payments")[number % 2],
            "restricted_to": ("ada",) if number % 5 == 0 else None,
        }
        made.append(declare(ada, f"No. {number}", **said))
        if number % 4 == 0:
            commands.appoint(ada, made[-1], commander=("ada", "eve")[number % 8 // 4])
        if number % 5 < 2:
            due = clock() + timedelta(hours=number)
            commands.state_situation(ada, made[-1], promised(due))
        if number % 5 > 2:
            tasks.add_task(ada, made[-1], title="Look", due=clock() + timedelta(hours=12 - number))
        if number % 2:
            clock.advance(timedelta(minutes=1))
    return made


def pages(work: UnitOfWork, cut: Cut, order: tuple[str, str], size: int) -> list[str]:
    seen: list[str] = []
    with work.look(Permission.SEE_INCIDENTS) as look:
        page = listing.page(look, cut, order, None, size)
        seen += [row.reference for row in page.rows]
        while page.next:
            page = listing.page(look, cut, order, page.next, size)
            seen += [row.reference for row in page.rows]
    return seen


def test_pages_hold_each_once_in_every_order(ledger: Ledger, clock: SimulatedClock) -> None:
    made = many(ledger, clock)
    open_to_all = [reference for reference in made if reference.startswith("INC")]
    for order in product(GROUPS, SORTS):
        for name, expected in (("ada", made), ("eve", open_to_all)):
            at_once = pages(person(ledger, name), Cut(), order, 50)
            assert sorted(at_once) == sorted(expected)
            assert pages(person(ledger, name), Cut(), order, 3) == at_once


def test_groups_stand_together_and_the_worst_first_in_each(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    many(ledger, clock)
    with person(ledger, "ada").look(Permission.SEE_INCIDENTS) as look:
        rows = listing.page(look, Cut(), ("team", "need"), None, 50).rows
    assert [(row.team or "", row.severity, row.declared_at) for row in rows] == sorted(
        (row.team or "", row.severity, row.declared_at) for row in rows
    )


@pytest.mark.parametrize("is_open", [True, False])
def test_a_list_is_cut_down_by_everything_it_shows(
    ledger: Ledger, clock: SimulatedClock, *, is_open: bool
) -> None:
    ada = person(ledger, "ada")
    other = declare(ada, "Payouts late", severity=2, service="payouts", team="Payouts")
    clock.advance(timedelta(days=3))
    one = declare(ada, "Cards refused", severity=1, service="cards", team="Payments")
    commands.appoint(ada, one, commander="eve")
    hidden = declare(ada, "Secret", severity=3, service="iam", restricted_to=("ada",))
    drill = declare(ada, "Cards refused", severity=1, service="cards", mode=Mode.DRILL)
    for reference in () if is_open else (other, one, hidden, drill):
        commands.acknowledge(ada, reference)
        commands.resolve(ada, reference)
    day = clock() - timedelta(days=1)
    phase = "investigating" if is_open else "resolved"
    table: list[tuple[dict[str, Any], list[str]]] = [
        ({"text": "CARDS"}, [one]),
        ({"text": one.lower()}, [one]),
        ({"severity": 1}, [one]),
        ({"phase": phase}, [one] if is_open else [other, one, hidden]),
        ({"service": "cards"}, [one]),
        ({"team": "Payments"}, [one]),
        ({"commander": "eve"}, [one]),
        ({"commander": ""}, [other, hidden]),
        ({"mode": "drill", "exercises": None}, [drill]),
        ({"restricted": True}, [hidden]),
        ({"restricted": False}, [other, one]),
        ({"since": day}, [one, hidden]),
        ({"until": day}, [other]),
        ({"service": "cards", "severity": 2}, []),
        ({"team": "Payments", "service": "cards", "text": "refused"}, [one]),
    ]
    for cut, expected in table:
        asked = Cut(is_open=is_open, **cut)
        assert sorted(pages(ada, asked, NEED, 1)) == sorted(expected), cut
        with ada.look(Permission.SEE_INCIDENTS) as look:
            assert listing.count(look, asked) == len(expected), cut
        seen = [reference for reference in expected if reference != hidden]
        assert sorted(pages(person(ledger, "eve"), asked, NEED, 50)) == sorted(seen), cut


def test_what_no_index_finds_is_looked_for_further_back_page_by_page(
    ledger: Ledger, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LOOKED_THROUGH", 4)
    ada, over = person(ledger, "ada"), list[str]()
    for number in range(11):
        title, named = f"Needle {number}" if number in (1, 8) else f"Hay {number}", ("ada",)
        reference = declare(ada, title, restricted_to=named if number % 3 == 0 else None)
        commands.acknowledge(ada, reference)
        commands.resolve(ada, reference)
        clock.advance(timedelta(minutes=1))
        over.append(reference)
    asked = Cut(is_open=False, text="needle")
    assert pages(ada, asked, NEED, 5) == [over[8], over[1]]
    assert pages(person(ledger, "eve"), asked, NEED, 5) == [over[8], over[1]]
    assert pages(ada, Cut(is_open=False), NEED, 3) == over[::-1]


def test_what_is_seen_in_counts_is_what_is_seen_in_lists(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    many(ledger, clock)
    for name, number in (("ada", 14), ("eve", 11)):
        with person(ledger, name).look(Permission.SEE_INCIDENTS) as look:
            assert listing.count(look, Cut()) == number
            assert sum(listing.counted(look, Cut(), "team").values()) == number
            assert listing.count(look, Cut(), most=4) == 5


def test_what_runs_out_next_comes_first_and_is_counted_by_how_near_it_is(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    ada, made = person(ledger, "ada"), list[str]()
    for minutes in (None, 600, 5, 45, 3000, 20):
        made.append(declare(ada, "Payouts late", severity=3 if minutes else 1))
        if minutes:
            due = clock() + timedelta(minutes=minutes)
            commands.state_situation(ada, made[-1], promised(due))
    tasks.add_task(ada, made[1], title="Look", due=clock() + timedelta(minutes=2))
    clock.advance(timedelta(minutes=10))
    expected = [made[at] for at in (1, 2, 5, 3, 4, 0)]
    assert pages(ada, Cut(), ("clock", "need"), 2) == expected
    assert pages(ada, Cut(severity=3), ("severity", "clock"), 2) == expected[:-1]
    with ada.look(Permission.SEE_INCIDENTS) as look:
        rows = listing.page(look, Cut(), ("clock", "need"), None, 50).rows
        numbers = listing.counted_clocks(look, Cut(), clock())
    near = [nearness(row.clock_at, clock()) for row in rows]
    assert near == ["over", "over", "quarter", "hour", "later", "nothing"]
    assert numbers == {"over": 2, "quarter": 1, "hour": 1, "later": 1, "nothing": 1}
    assert [row.clock_of for row in rows[:2]] == ["task", "update"]


def test_nothing_runs_out_in_what_is_over(ledger: Ledger, clock: SimulatedClock) -> None:
    ada = person(ledger, "ada")
    reference = declare(ada, "Payouts late")
    commands.state_situation(ada, reference, promised(clock()))
    commands.acknowledge(ada, reference)
    commands.resolve(ada, reference)
    with ada.look(Permission.SEE_INCIDENTS) as look:
        [row] = listing.page(look, Cut(is_open=False), NEED, None, 50).rows
    assert row.clock_of is None


def test_an_address_says_the_same_when_it_is_spelled_again() -> None:
    written = (
        "view=mine&severity=2&commander=me&since=30d&group=team&columns=age,team&density=compact"
    )
    asked = queries.read_spelled(written)
    assert queries.read_spelled(asked.spelled()) == asked
    assert asked.columns == ("team", "age")
    assert queries.read_spelled("columns=none").columns == ()
    assert queries.read_spelled("").spelled() == ""
    assert queries.read_spelled("severity=2").address(severity="") == "/incidents"


@pytest.mark.parametrize(
    "written", ["view=x", "severity=9", "phase=x", "since=yesterday", "until=2026-02-30", "sort=x"]
)
def test_what_no_list_has_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        queries.read_spelled(written)


def test_days_are_those_of_the_viewer() -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only here

    asked = queries.read_spelled("since=2026-11-24&until=2026-11-24")
    zone = ZoneInfo("Europe/Zurich")
    assert queries.since(asked, datetime.now(UTC), zone) == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert queries.until(asked, zone) == datetime(2026, 11, 24, 23, tzinfo=UTC)


def test_no_list_reads_every_incident_there_is(ledger: Ledger, clock: SimulatedClock) -> None:
    if ledger.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by how much there is, and here is little")
    many(ledger, clock)
    asked: list[tuple[str, Any]] = []
    event.listen(
        ledger.database.engine,
        "before_cursor_execute",
        lambda *given: asked.append((given[2], given[3])),
    )
    with person(ledger, "ada").look(Permission.SEE_INCIDENTS) as look:
        cuts: list[dict[str, Any]] = [{}, {"service": "cards"}, {"severity": 1}]
        for is_open, said in product((True, False), cuts):
            listing.page(look, Cut(is_open=is_open, **said), NEED, None, 50)
            listing.count(look, Cut(is_open=is_open, **said))
        plans = [
            step[-1]
            for sql, values in asked.copy()
            if sql.startswith("SELECT")
            for step in look.rows.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    assert any("incident_by_time" in step for step in plans)
    assert [step for step in plans if step.startswith("SCAN incident")] == []
