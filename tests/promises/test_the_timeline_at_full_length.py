"""A timeline of 5,000 entries is read like one of 50: a page at a time, cut down, and put in order."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.access.policy import Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, Turned
from tocsin.features.incidents.events import AlertsJoined, IncidentEvent, Noted
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import NoteKind, Which
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import history, keys
from tocsin.ledger.entry import By, Line, read_line
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

PASSWORD = "heron lantern orbit 47"
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
MANY, FEW = 5000, 50


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def ada(ledger: Ledger) -> UnitOfWork:
    host = host_work(ledger)
    id_ = people.add_person(
        host, email="ada@example.com", name="Ada", role=Role.ADMIN, password=PASSWORD
    )
    return UnitOfWork(ledger, holding(Role.ADMIN, By(id=id_, kind="person"), id_))


@pytest.fixture
def browser(ledger: Ledger, ada: UnitOfWork) -> TestClient[Any]:
    assert ada.actor.person
    secret = people.sign_in(ledger, people.Attempt(email="ada@example.com", password=PASSWORD))
    made: TestClient[Any] = TestClient(make_app(ledger, Settings()))
    made.cookies.set(session.NAME, secret)
    return made


def declared(work: UnitOfWork) -> str:
    return commands.declare(work, Declaration(title="Cards refused")).incident.reference


def fill(work: UnitOfWork, reference: str, number: int) -> None:
    """So many entries: notes, every tenth a finding, and now and then an alert that joins."""
    with work.change(Permission.RESPOND) as change:
        id_ = commands.find(change, reference).id
        events: list[IncidentEvent] = []
        for nth in range(number):
            if nth % 20 == 7:
                events.append(AlertsJoined(alerts=(f"alert {nth}",), rule=f"rule {nth}"))
            else:
                kind = NoteKind.FINDING if nth % 10 == 0 else NoteKind.NOTE
                events.append(Noted(kind=kind, text=Text(f"entry {nth}")))
        change.record(INCIDENT, id_, events)


def opened_lines(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> int:
    """How many lines of the ledger were read while something was done."""
    read: list[Line] = []

    def reading(text: str) -> Line:
        read.append(read_line(text))
        return read[-1]

    with monkeypatch.context() as patch:
        patch.setattr(history, "read_line", reading)
        act()
    return len(read)


def test_a_page_reads_no_more_of_a_long_history_than_of_a_short_one(
    ada: UnitOfWork, browser: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    long, short = declared(ada), declared(ada)
    fill(ada, long, MANY)
    fill(ada, short, FEW)
    for path, most in {
        "/incidents/{}": 101,
        "/incidents/{}?show=people": 101,
        "/incidents/{}?show=key-moments": 101,
        "/incidents/{}?at=2500": 101,
        "/page/{}": 0,
        "/incidents/{}/alerts": 250,
    }.items():

        def look(path: str = path, reference: str = long) -> None:
            assert browser.get(path.format(reference)).status_code == 200

        assert opened_lines(monkeypatch, look) <= most, path
        assert opened_lines(monkeypatch, lambda: look(reference=short)) <= FEW + 2, path


def entries(page: str) -> list[str]:
    return re.findall(r'id="entry-(\d+)"', page)


def test_pages_follow_each_other_without_a_gap(ada: UnitOfWork, browser: TestClient[Any]) -> None:
    reference = declared(ada)
    fill(ada, reference, 349)
    address, seen = f"/incidents/{reference}", list[str]()
    while address:
        page = browser.get(address).text
        seen += entries(page)
        earlier = re.search(r'href="([^"]+)">[^<]*(?:<svg.*?</svg>)?Earlier entries', page)
        address = earlier.group(1).replace("&amp;", "&") if earlier else ""
    assert seen == [str(version) for version in range(350, 0, -1)]


def test_a_page_turned_to_stays_the_same_page(ada: UnitOfWork, browser: TestClient[Any]) -> None:
    reference = declared(ada)
    fill(ada, reference, 250)
    before = entries(browser.get(f"/incidents/{reference}?before=101").text)
    fill(ada, reference, 5)
    assert entries(browser.get(f"/incidents/{reference}?before=101").text) == before
    assert entries(browser.get(f"/incidents/{reference}?after=101").text)[-1] == "102"


def test_an_entry_is_reached_wherever_it_stands(ada: UnitOfWork, browser: TestClient[Any]) -> None:
    reference = declared(ada)
    fill(ada, reference, 400)
    assert "7" not in entries(browser.get(f"/incidents/{reference}").text)
    assert "7" in entries(browser.get(f"/incidents/{reference}?at=7").text)
    for odd in ("0", "-1", "999999999", "9" * 30, "x", "٣"):
        shown = browser.get(f"/incidents/{reference}?at={odd}&before={odd}&show={odd}")
        assert entries(shown.text)[0] == "401", odd


def test_what_was_so_earlier_stands_earlier(
    ada: UnitOfWork, browser: TestClient[Any], clock: SimulatedClock
) -> None:
    reference = declared(ada)
    clock.advance(timedelta(hours=1))
    fill(ada, reference, 150)
    early = NOW - timedelta(hours=2)
    said = Noted(kind=NoteKind.NOTE, text=Text("It had begun before"), occurred_at=early)
    written = commands.note(ada, reference, said)
    version = str(written.shown.version)
    assert version not in entries(browser.get(f"/incidents/{reference}").text)
    around = browser.get(f"/incidents/{reference}?at={version}").text
    assert entries(around)[-2:] == ["1", version]
    assert "written down" in around


def test_once_it_is_over_it_is_read_in_order(ada: UnitOfWork, browser: TestClient[Any]) -> None:
    reference = declared(ada)
    fill(ada, reference, 150)
    commands.acknowledge(ada, reference)
    commands.resolve(ada, reference)
    page = browser.get(f"/incidents/{reference}").text
    assert entries(page) == [str(version) for version in range(1, 101)]
    assert "Later entries" in page
    assert "Earlier entries" not in page


def test_what_is_not_wanted_is_left_out(ada: UnitOfWork) -> None:
    reference = declared(ada)
    fill(ada, reference, 100)
    commands.state_situation(ada, reference, commands.Situated(happening="Cards fail"))
    with ada.look(Permission.SEE_INCIDENTS) as look:
        shown = commands.find(look, reference)
        number = {
            which: len(commands.page_of(look, shown, Turned(which=which)).entries)
            for which in Which
        }
    assert number == {
        Which.EVERYTHING: 100,
        Which.PEOPLE: 96,
        Which.KEY_MOMENTS: 10,
        Which.NOTES: 85,
        Which.FINDINGS: 10,
        Which.DECISIONS: 0,
        Which.UPDATES: 0,
        Which.SITUATION: 1,
    }


def test_the_last_join_tells_why_and_so_does_each_alert(
    ada: UnitOfWork, browser: TestClient[Any]
) -> None:
    reference = declared(ada)
    fill(ada, reference, 150)
    assert "The last joined by rule 147" in browser.get(f"/incidents/{reference}").text
    with ada.look(Permission.SEE_INCIDENTS) as look:
        shown = commands.find(look, reference)
        joined = commands.joins_of(look, shown, shown.incident.alerts)
    assert {alert: event.rule for alert, event in joined.items()} == {
        f"alert {nth}": f"rule {nth}" for nth in range(7, 150, 20)
    }


def test_a_correction_shows_what_it_puts_right(ada: UnitOfWork, browser: TestClient[Any]) -> None:
    reference = declared(ada)
    wrong = Noted(kind=NoteKind.NOTE, text=Text("The pool is <full>"))
    at = commands.note(ada, reference, wrong).shown.version
    fill(ada, reference, 150)
    page = browser.get(f"/incidents/{reference}?correct={at}").text
    assert "The pool is &lt;full&gt;</textarea>" in page
    right = Noted(
        kind=NoteKind.NOTE,
        text=Text("The pool is empty"),
        corrects=commands.entry_at(ada, reference, at),
    )
    new = commands.note(ada, reference, right).shown.version
    page = browser.get(f"/incidents/{reference}").text
    assert "<del>The pool is &lt;full&gt;</del>" in page
    assert f'href="/incidents/{reference}?at={at}#entry-{at}"' in page
    old = browser.get(f"/incidents/{reference}?at={at}").text
    assert "<p><del>The pool is &lt;full&gt;</del></p>" in old
    assert f'href="/incidents/{reference}?at={new}#entry-{new}"' in old
