"""What reaches somebody is theirs to choose: on their account, over the API, and out of a mail."""

import re
from collections.abc import Generator
from datetime import UTC, datetime, time
from typing import Any

import pytest
from door import client as at_the_api
from litestar.testing import TestClient
from serving import served
from typing_in import Typed, typing_at

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.messages import commands
from tocsin.features.messages.commands.turning_off import link
from tocsin.features.messages.feature import feature
from tocsin.features.messages.terms import Choices, Concern, Way
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime.app import make_app
from tocsin.runtime.firing import Timers
from tocsin.runtime.following import Follower
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

PASSWORD = "heron lantern orbit 47"
Client = TestClient[Any]


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def bob(ledger: Ledger) -> UnitOfWork:
    host = host_work(ledger)
    id_ = people.add_person(host, email="bob@example.com", name="Bob", password=PASSWORD)
    return UnitOfWork(ledger, holding(Role.RESPONDER, By(id=id_, kind="person"), id_))


def browser_of(ledger: Ledger, settings: Settings | None = None) -> Client:
    made: Client = TestClient(make_app(ledger, settings or Settings()))
    made.headers["sec-fetch-site"] = "same-origin"
    return made


@pytest.fixture
def browser(ledger: Ledger, bob: UnitOfWork) -> Generator[Client]:  # noqa: ARG001 - who is signed in
    secret = people.sign_in(ledger, people.Attempt(email="bob@example.com", password=PASSWORD))
    with browser_of(ledger, Settings(smtp_url="smtp://127.0.0.1:1")) as made:
        made.cookies.set(session.NAME, secret)
        yield made


def send(browser: Client, **fields: str) -> Any:
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/account/messages").text)
    assert token is not None
    ways = {concern.value: "at_once" for concern in Concern}
    form = {"csrf": token[1], "digest_at": "08:00"} | ways | fields
    return browser.post("/account/messages", data=form, follow_redirects=False)


def test_somebody_chooses_on_their_account(browser: Client, bob: UnitOfWork) -> None:
    assert "/account/messages" in browser.get("/account").text
    done = send(browser, mentioned="never", team="digest", quiet_from="22:00", quiet_until="07:00")
    assert done.status_code == 303
    assert commands.choices(bob) == Choices(
        mentioned=Way.NEVER,
        followed=Way.AT_ONCE,
        team=Way.DIGEST,
        quiet_from=time(22),
        quiet_until=time(7),
    )
    page = browser.get("/account/messages").text
    assert '<option value="never" selected>Never</option>' in page
    assert 'value="22:00"' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"quiet_from": "22:00"}, "Say when the quiet hours begin, and when they end."),
        ({"quiet_from": "25:00"}, "Give the time of day as 22:30."),
        ({"mentioned": "sometimes"}, "Choose: at once, in the digest, or never."),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    browser: Client, bob: UnitOfWork, fields: dict[str, str], sentence: str
) -> None:
    answer = send(browser, **fields)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert commands.choices(bob) == Choices()


def test_without_a_mail_server_the_account_says_that_nothing_is_sent(
    ledger: Ledger, browser: Client
) -> None:
    paths = ("/account", "/account/messages")
    for path in paths:
        assert "Nothing is sent" not in browser.get(path).text
    with browser_of(ledger) as without:
        without.cookies.set(session.NAME, str(browser.cookies[session.NAME]))
        for path in paths:
            assert "Nothing is sent" in without.get(path).text, path


@pytest.fixture
def token(ledger: Ledger, bob: UnitOfWork) -> str:
    whole = link(ledger.keys, "", bob.actor.person or "", [Concern.MENTIONED, Concern.TEAM])
    return whole.removeprefix("/messages/off/")


def test_looking_at_a_link_turns_nothing_off_and_its_button_does(
    ledger: Ledger, bob: UnitOfWork, token: str
) -> None:
    before = len(ledger.after(-1))
    with browser_of(ledger) as stranger:
        asked = stranger.get(f"/messages/off/{token}")
        head = stranger.head(f"/messages/off/{token}")
        assert (asked.status_code, head.status_code, head.content) == (200, 200, b"")
        assert asked.text.count("<button") == asked.text.count('method="post"') == 1
        assert len(ledger.after(-1)) == before
        done = stranger.post(f"/messages/off/{token}")
    assert done.status_code == 200
    assert "Turned off" in done.text
    chosen = commands.choices(bob)
    assert (chosen.mentioned, chosen.team) == (Way.NEVER, Way.NEVER)
    assert (chosen.task, chosen.followed) == (Way.AT_ONCE, Way.DIGEST)


def test_a_mail_program_turns_it_off_with_one_click_as_rfc_8058_has_it(
    ledger: Ledger, bob: UnitOfWork, token: str
) -> None:
    """No cookie, no header of a browser, and the one field that the RFC names."""
    with browser_of(ledger) as program:
        del program.headers["sec-fetch-site"]
        for _ in range(2):
            form = {"List-Unsubscribe": "One-Click"}
            assert program.post(f"/messages/off/{token}", data=form).status_code == 200
    assert commands.choices(bob).mentioned is Way.NEVER
    assert [entry.kind for entry in ledger.after(-1)].count("document.written") == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_none_of_ours_is_unknown(ledger: Ledger, token: str, method: str) -> None:
    with browser_of(ledger) as stranger:
        for wrong in (token[:-1], f"{token}A", "x", "%E4", token.swapcase()):
            assert stranger.request(method, f"/messages/off/{wrong}").status_code == 404, wrong


def told_of(ledger: Ledger, bob: UnitOfWork) -> str:
    """An incident in which somebody mentioned Bob, who is to be told at the end of the day."""
    commands.choose(bob, Choices(mentioned=Way.DIGEST))
    eve = UnitOfWork(ledger, holding(Role.MANAGER, By(id="eve", kind="person"), "eve"))
    reference = incidents.declare(eve, Declaration(title="Cards refused")).incident.reference
    incidents.note(eve, reference, Noted(kind=NoteKind.NOTE, text=Text("@Bob look")))
    made = feature("https://tocsin.example.com", sends_mail=True)
    timers = Timers(ledger, made.timers, "one")
    while Follower(ledger, made.reactors, {"timers": timers.step}).step():
        pass
    return reference


def test_an_incident_says_who_was_told_and_their_account_what(
    ledger: Ledger, bob: UnitOfWork, browser: Client
) -> None:
    reference = told_of(ledger, bob)
    page = browser.get(f"/incidents/{reference}/told").text
    assert all(words in page for words in ("Bob", "They are mentioned", "Waits"))
    assert f'href="/incidents/{reference}/told"' in browser.get(f"/incidents/{reference}").text
    assert reference in browser.get("/account/messages").text
    eve = UnitOfWork(ledger, holding(Role.MANAGER, By(id="eve", kind="person"), "eve"))
    incidents.restrict(eve, reference, named=("eve",), reason="It is a breach.")
    assert browser.get(f"/incidents/{reference}/told").status_code == 404
    assert reference not in browser.get("/account/messages").text


def test_a_program_reads_and_sets_what_reaches_people(ledger: Ledger) -> None:
    with at_the_api(ledger, "ada") as ada:
        assert ada.get("/api/v1/message-choices/me").status_code == 404
    host = host_work(ledger)
    id_ = people.add_person(host, email="bob@example.com", name="Bob")
    secret = people.create_token(host, "provisioning", Role.ADMIN)
    with browser_of(ledger) as program:
        program.headers["authorization"] = f"Bearer {secret}"
        address = f"/api/v1/message-choices/{id_}"
        assert program.get(address).json()["followed"] == "digest"
        said = {"followed": "never", "quiet_from": "22:30", "quiet_until": "06:00"}
        answer = program.put(address, json=said)
        assert answer.status_code == 200, answer.text
        assert program.get(address).json() == answer.json()
        assert answer.json() == {
            "mentioned": "at_once",
            "asked": "at_once",
            "task": "at_once",
            "followed": "never",
            "team": "digest",
            "digest_at": "08:00",
            "quiet_from": "22:30",
            "quiet_until": "06:00",
            "asked_may_wake": False,
        }
        for wrong in ({"quiet_from": "22:30"}, {"digest_at": "24:00"}, {"digest_at": 8}, {"x": 1}):
            assert program.put(address, json=wrong).status_code == 400, wrong
        assert program.get("/api/v1/message-choices/me").status_code == 409
        assert program.get("/api/v1/message-choices/nobody").status_code == 404


def test_a_program_lists_who_was_told(ledger: Ledger, bob: UnitOfWork) -> None:
    reference = told_of(ledger, bob)
    with at_the_api(ledger, "ada") as ada:
        [one] = ada.get("/api/v1/messages", params={"incident": reference}).json()["items"]
        told = {"id": bob.actor.person, "name": "Bob"}
        assert (one["person"], one["concern"], one["state"]) == (told, "mentioned", "queued")
        assert one["by"] == {"id": "eve", "name": "eve"}
        assert not {"entry", "seq"} & one.keys()
        assert ada.get("/api/v1/messages", params={"incident": "INC-0"}).status_code == 404
        assert (
            ada.get("/api/v1/messages", params={"person": one["person"]["id"]}).status_code == 403
        )
        assert ada.get("/api/v1/messages").json() == {"items": [], "next": None}
    with at_the_api(ledger, "tim") as auditor:
        assert auditor.get("/api/v1/messages", params={"incident": reference}).status_code == 403


def test_who_was_told_from_a_terminal(
    ledger: Ledger,
    bob: UnitOfWork,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reference = told_of(ledger, bob)
    token = people.create_token(host_work(ledger), "tools", Role.OBSERVER)
    with served(make_app(ledger, Settings())) as url:
        type_: Typed = typing_at(url, monkeypatch, capsys)
        monkeypatch.setenv("TOCSIN_TOKEN", token)
        code, said, _ = type_("told", reference)
        assert code == 0
        assert "Bob\tmentioned" in said
        assert "queued" in said
        assert "2026-11-24 12:00Z" in said
        assert type_("told", "INC-0")[0] == 1
