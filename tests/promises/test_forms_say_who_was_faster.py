"""A form changes only what its sender saw: else it says who was faster, and applies at one press."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kept import KINDS, database_of
from litestar.testing import TestClient

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text, shown
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.web import session

PASSWORD = "heron lantern orbit 47"


class Desk:
    """Ada before a page without script, and Eve, who is faster; each test has an incident of its own."""

    def __init__(self, ledger: Ledger, clock: SimulatedClock) -> None:
        self.clock = clock
        self.reference = ""
        ids = {name: self._person(ledger, name) for name in ("Ada", "Eve")}
        self.ids = ids
        by = By(id=ids["Eve"], kind="person")
        self.eve = UnitOfWork(ledger, holding(Role.RESPONDER, by, ids["Eve"]))
        self.browser: TestClient[Any] = TestClient(make_app(ledger, Settings()))
        secret = people.sign_in(ledger, people.Attempt(email="ada@example.com", password=PASSWORD))
        self.browser.cookies.set(session.NAME, secret)

    def _person(self, ledger: Ledger, name: str) -> str:
        return people.add_person(
            host_work(ledger),
            email=f"{name.lower()}@example.com",
            name=name,
            role=Role.RESPONDER,
            password=PASSWORD,
        )

    def open_incident(self) -> None:
        said = Declaration(title="Cards refused", severity=3)
        self.reference = commands.declare(self.eve, said).incident.reference
        commands.acknowledge(self.eve, self.reference)

    @property
    def incident(self) -> Incident:
        return commands.one(self.eve, self.reference).incident

    def form(self, name: str, page: str = "") -> dict[str, str]:
        """What the page's form carries without being asked."""
        text = page or self.browser.get(f"/incidents/{self.reference}").text
        whole = next(
            one
            for one in text.split("<form")[1:]
            if f'action="/incidents/{self.reference}/{name}"' in one
        )
        inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', whole)
        return dict(inputs)

    def send(self, name: str, fields: dict[str, str]) -> Any:
        """Send a form; gives the answer as it is, redirected or not."""
        headers = {"sec-fetch-site": "same-origin"}
        place = f"/incidents/{self.reference}/{name}"
        return self.browser.post(place, data=fields, headers=headers, follow_redirects=False)

    def notes(self) -> list[str]:
        _, entries = commands.timeline(self.eve, self.reference)
        return [shown(each.event.text) for each in entries if isinstance(each.event, Noted)]


@pytest.fixture(scope="module", params=KINDS)
def shared_desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    with database_of(request, tmp_path_factory.mktemp("desk")) as database:
        made = Desk(found(database, keys.make(), clock, origin="test"), clock)
        with made.browser:
            yield made


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    shared_desk.open_incident()
    return shared_desk


def test_a_severity_that_somebody_else_changed_shows_both_values_and_is_applied_at_one_press(
    desk: Desk,
) -> None:
    mine = desk.form("severity") | {"severity": "2", "reason": "Half of the customers fail"}
    commands.change_severity(desk.eve, desk.reference, severity=1, reason="All of them do")
    desk.clock.advance(timedelta(seconds=4))
    answer = desk.send("severity", mine)
    assert answer.status_code == 409
    assert desk.incident.severity == 1
    dialog = answer.text.partition('<dialog class="dialog" id="severity"')[2].partition("</dialog")[
        0
    ]
    assert re.search(r"Changed by Eve <time[^>]*>4 s</time> ago", dialog)
    assert re.findall(r'<dd><span class="sev[^>]*data-sev="(\d)"', dialog) == ["1", "2"]
    assert 'value="Half of the customers fail"' in dialog
    assert re.search(r'value="2" checked', dialog)
    again = desk.form("severity", answer.text) | {"severity": "2", "reason": mine["reason"]}
    assert desk.send("severity", again).status_code == 303
    assert desk.incident.severity == 2


def test_a_note_written_meanwhile_is_in_nobodys_way(desk: Desk) -> None:
    mine = desk.form("severity") | {"severity": "2", "reason": "Half of the customers fail"}
    commands.state(desk.eve, desk.reference, Noted(kind=NoteKind.NOTE, text=Text("Looking.")))
    assert desk.send("severity", mine).status_code == 303
    assert desk.incident.severity == 2


def test_what_somebody_else_did_already_is_no_conflict(desk: Desk) -> None:
    mine = desk.form("severity") | {"severity": "1", "reason": "All fail"}
    commands.change_severity(desk.eve, desk.reference, severity=1, reason="All of them do")
    assert desk.send("severity", mine).status_code == 303


def test_a_state_is_changed_only_from_the_state_that_was_seen(desk: Desk) -> None:
    mine = desk.form("resolution") | {"how": "Restarted"}
    commands.mitigate(desk.eve, desk.reference)
    answer = desk.send("resolution", mine)
    assert (answer.status_code, desk.incident.phase) == (409, "mitigated")
    assert "Changed by Eve" in answer.text
    again = desk.form("resolution", answer.text) | {"how": "Restarted"}
    assert desk.send("resolution", again).status_code == 303
    assert desk.incident.phase == "resolved"


def test_what_cannot_be_applied_any_more_says_why_and_offers_no_press(desk: Desk) -> None:
    mine = desk.form("mitigation") | {"how": "Failed over"}
    commands.resolve(desk.eve, desk.reference)
    commands.close(desk.eve, desk.reference, actionability=Actionability.REAL)
    answer = desk.send("mitigation", mine)
    assert answer.status_code == 409
    dialog = answer.text.partition('id="mitigation"')[2].partition("</dialog")[0]
    assert "Changed by Eve" in dialog
    assert "Reopen it first" in dialog
    assert 'value="Failed over"' in dialog
    assert "<button" not in dialog


def test_nobody_closes_what_was_reopened_and_resolved_again_since_they_looked(desk: Desk) -> None:
    commands.resolve(desk.eve, desk.reference)
    mine = desk.form("closure") | {"actionability": "real"}
    desk.clock.advance(timedelta(minutes=1))
    commands.reopen(desk.eve, desk.reference, reason="It is back")
    commands.resolve(desk.eve, desk.reference)
    assert desk.send("closure", mine).status_code == 409
    assert desk.incident.phase == "resolved"


def test_reopening_after_somebody_closed_asks_again(desk: Desk) -> None:
    commands.resolve(desk.eve, desk.reference)
    mine = desk.form("reopening") | {"reason": "It is back"}
    commands.close(desk.eve, desk.reference, actionability=Actionability.REAL)
    answer = desk.send("reopening", mine)
    assert answer.status_code == 409
    again = desk.form("reopening", answer.text) | {"reason": "It is back"}
    assert desk.send("reopening", again).status_code == 303


def test_command_is_not_taken_from_somebody_unseen(desk: Desk) -> None:
    mine = desk.form("command")
    commands.appoint(desk.eve, desk.reference, commander=desk.ids["Eve"])
    answer = desk.send("command", mine)
    assert (answer.status_code, desk.incident.commander) == (409, desk.ids["Eve"])
    dialog = answer.text.partition('id="command"')[2].partition("</dialog")[0]
    assert re.findall(r"<dd>(.*?)</dd>", dialog) == ["Eve", "Ada"]
    again = desk.form("command", dialog) | {"commander": desk.ids["Ada"]}
    assert desk.send("command", again).status_code == 303
    assert desk.incident.commander == desk.ids["Ada"]


def test_a_title_that_was_reworded_meanwhile_is_shown_beside_the_own(desk: Desk) -> None:
    mine = desk.form("title") | {"title": "Cards fail"}
    other = desk.form("title") | {"title": "Visa fails"}
    assert desk.send("title", other).status_code == 303
    answer = desk.send("title", mine)
    assert answer.status_code == 409
    dialog = answer.text.partition('id="title-form"')[2].partition("</dialog")[0]
    assert re.findall(r"<dd>(.*?)</dd>", dialog) == ["Visa fails", "Cards fail"]
    assert 'value="Cards fail"' in dialog


def test_a_tag_is_good_for_its_viewer_and_its_value_only(desk: Desk) -> None:
    page = desk.browser.get(f"/incidents/{desk.reference}").text
    severity, phase = desk.form("severity", page)["base"], desk.form("mitigation", page)["base"]
    assert severity != phase
    said = desk.form("severity", page) | {"base": phase, "severity": "2", "reason": "Half"}
    assert desk.send("severity", said).status_code == 409


def test_a_form_sent_twice_arrives_once_and_other_words_are_another(desk: Desk) -> None:
    note = desk.form("entries") | {"text": "Half a thought", "kind": "note"}
    for _ in range(3):
        assert desk.send("entries", note).status_code == 303
    assert desk.notes() == ["Half a thought"]
    assert desk.send("entries", note | {"text": "A whole one"}).status_code == 303
    assert desk.notes() == ["Half a thought", "A whole one"]


def test_a_refused_form_may_be_sent_again_as_the_same(desk: Desk) -> None:
    note = desk.form("entries") | {"text": "Fail over", "kind": "decision"}
    assert desk.send("entries", note).status_code == 400
    said = note | {"question": "How do we go on?"}
    assert desk.send("entries", said).status_code == 303
    assert desk.send("entries", said).status_code == 303
    _, entries = commands.timeline(desk.eve, desk.reference)
    assert sum(type(each.event).__name__ == "DecisionTaken" for each in entries) == 1


def test_a_form_may_be_sent_again_after_signing_in_again(desk: Desk) -> None:
    note = desk.form("entries") | {"text": "Written before the session ended", "kind": "note"}
    assert desk.send("entries", note).status_code == 303
    attempt = people.Attempt(email="ada@example.com", password=PASSWORD)
    desk.browser.cookies.set(session.NAME, people.sign_in(desk.eve.ledger, attempt))
    later = note | {"csrf": desk.form("entries")["csrf"]}
    assert later != note
    assert desk.send("entries", later).status_code == 303
    assert desk.notes() == ["Written before the session ended"]
