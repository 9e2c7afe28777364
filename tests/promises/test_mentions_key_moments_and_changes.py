"""Who is mentioned is known by id, the writer learns who may not see it, and what mattered is marked."""

import re
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from door import client
from litestar.testing import TestClient

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import ChangeRole, NoteKind
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session
from tocsin.web.security import HEADER

Client = TestClient[Any]
PASSWORD = "heron lantern orbit 47"
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
INCIDENTS = "/api/v1/incidents"


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), SimulatedClock(NOW), origin="test")


@pytest.fixture
def ids(ledger: Ledger) -> dict[str, str]:
    """Ada, Bo, two people called Cleo, an auditor, and the team payments with Bo and the auditor."""
    host = host_work(ledger)
    named = {
        "ada": ("Ada Lovelace", Role.ADMIN),
        "bo": ("Bo Li", Role.RESPONDER),
        "cleo.a": ("Cleo Adams", Role.RESPONDER),
        "cleo.b": ("Cleo Byrd", Role.RESPONDER),
        "tim": ("Tim Audit", Role.AUDITOR),
    }
    made = {
        mail: people.add_person(
            host, email=f"{mail}@example.com", name=name, role=role, password=PASSWORD
        )
        for mail, (name, role) in named.items()
    }
    team = people.create_team(host, name="payments", title="Payments team")
    for mail in ("bo", "tim"):
        people.join_team(host, "payments", made[mail])
    return made | {"payments": team}


@pytest.fixture
def ada(ledger: Ledger, ids: dict[str, str]) -> UnitOfWork:
    id_ = ids["ada"]
    return UnitOfWork(ledger, holding(Role.ADMIN, By(id=id_, kind="person"), id_))


@pytest.fixture
def browser(ledger: Ledger, ids: dict[str, str]) -> Generator[Client]:
    assert ids
    secret = people.sign_in(ledger, people.Attempt(email="ada@example.com", password=PASSWORD))
    with TestClient(make_app(ledger, Settings()), raise_server_exceptions=False) as made:
        made.cookies.set(session.NAME, secret)
        made.headers[HEADER] = people.actor_of_session(ledger, secret).csrf
        yield made


def declared(ada: UnitOfWork, *named: str) -> str:
    said = Declaration(title="Cards refused", restricted_to=named or None)
    return commands.declare(ada, said).incident.reference


def noted(ada: UnitOfWork, reference: str, text: str) -> commands.Written:
    return commands.note(ada, reference, Noted(kind=NoteKind.NOTE, text=Text(text)))


def test_people_and_teams_are_mentioned_by_their_names(
    ada: UnitOfWork, ids: dict[str, str]
) -> None:
    reference = declared(ada)
    meant = {
        "@Bo Li, look": ["bo"],
        "ask @bo.": ["bo"],
        "(@bo) and @BO again, and @Ada Lovelace": ["bo", "ada"],
        "@cleo.b knows": ["cleo.b"],
        "@Cleo Adams": ["cleo.a"],
        "@payments please": ["payments"],
        "the @Payments team": ["payments"],
        "@Cleo": [],  # two are called so
        "mail bo@example.com": [],
        "@boat @nobody @": [],
        "no mention": [],
    }
    for text, names in meant.items():
        assert noted(ada, reference, text).mentions == tuple(ids[name] for name in names), text


def test_the_writer_learns_who_may_not_see_it_and_nothing_else(
    ada: UnitOfWork, ids: dict[str, str]
) -> None:
    everybody, restricted = declared(ada), declared(ada, ids["ada"], ids["cleo.a"])
    assert noted(ada, everybody, "@bo and @cleo.a").unseeing == ()
    assert noted(ada, everybody, "@payments").unseeing == (ids["tim"],)
    written = noted(ada, restricted, "@bo and @cleo.a and @ada")
    assert written.mentions == (ids["bo"], ids["cleo.a"], ids["ada"])
    assert written.unseeing == (ids["bo"],)
    assert set(noted(ada, restricted, "@payments").unseeing) == {ids["bo"], ids["tim"]}


def test_who_is_not_let_in_is_not_mentioned(ada: UnitOfWork, ids: dict[str, str]) -> None:
    people.disable(ada, ids["bo"])
    written = noted(ada, declared(ada, ids["ada"]), "@bo and @payments")
    assert written.mentions == (ids["payments"],)
    assert written.unseeing == (ids["tim"],)


def test_the_api_tells_the_writer(ledger: Ledger, ids: dict[str, str]) -> None:
    with client(ledger) as asked:
        made = asked.post(INCIDENTS, json={"title": "x"}).json()["reference"]
        key = {"idempotency-key": "once"}
        body = {"text": "@bo @payments"}
        first, again = (
            asked.post(f"{INCIDENTS}/{made}/notes", json=body, headers=key) for _ in range(2)
        )
        assert first.status_code == 201, first.text
        assert first.json() == again.json()
        assert [one["name"] for one in first.json()["mentions"]] == ["Bo Li", "Payments team"]
        assert [one["id"] for one in first.json()["unseeing"]] == [ids["tim"]]
        assert first.headers["etag"] == asked.get(f"{INCIDENTS}/{made}").headers["etag"]
        entries = asked.get(f"{INCIDENTS}/{made}/timeline").json()["items"]
        assert len(entries) == 2


def test_the_page_tells_the_writer_alone(
    ada: UnitOfWork, browser: Client, ids: dict[str, str]
) -> None:
    reference = declared(ada, ids["ada"], ids["cleo.a"])
    page = browser.post(f"/incidents/{reference}/entries", data={"text": "@bo see @cleo.a"})
    assert page.status_code == 200
    assert "Your note mentions Bo Li, Cleo Adams." in page.text
    assert re.search(r"Bo Li</b> may not see this incident", page.text)
    wrote = re.search(r"wrote=(\d+)", str(page.url))
    assert wrote
    cleo = people.sign_in(ada.ledger, people.Attempt(email="cleo.a@example.com", password=PASSWORD))
    browser.cookies.set(session.NAME, cleo)
    theirs = browser.get(f"/incidents/{reference}?wrote={wrote.group(1)}").text
    assert "@bo see @cleo.a" in theirs
    assert "Your note mentions" not in theirs
    assert 'id="mentioned"' not in theirs


def test_a_key_moment_is_marked_and_unmarked_once(ada: UnitOfWork, browser: Client) -> None:
    reference = declared(ada)
    noted(ada, reference, "The turning point")
    form = {"mark": "2", "show": "key-moments"}
    browser.post(f"/incidents/{reference}/key-moments", data=form)
    page = browser.post(f"/incidents/{reference}/key-moments", data=form)
    assert page.status_code == 200
    assert re.findall(r'id="entry-(\d+)"', page.text) == ["2"]
    assert commands.one(ada, reference).version == 3
    browser.post(f"/incidents/{reference}/key-moments", data={"unmark": "2"})
    page = browser.get(f"/incidents/{reference}?show=key-moments")
    assert "No entry of this sort yet" in page.text
    assert commands.one(ada, reference).version == 4
    for odd in ("99", "x", ""):
        wrong = browser.post(f"/incidents/{reference}/key-moments", data={"mark": odd})
        assert wrong.status_code == 400, odd


def test_a_program_marks_key_moments_too(ledger: Ledger) -> None:
    with client(ledger) as asked:
        made = asked.post(INCIDENTS, json={"title": "x"}).json()["reference"]
        one = f"{INCIDENTS}/{made}"
        asked.post(f"{one}/notes", json={"text": "Found it", "kind": "finding"})
        first, second = asked.get(f"{one}/timeline").json()["items"]
        assert (first["is_key_moment"], second["is_key_moment"]) == (False, True)
        place = f"{one}/timeline/{first['id']}/key-moment"
        assert asked.put(place).status_code == 200
        assert asked.delete(f"{one}/timeline/{second['id']}/key-moment").status_code == 200
        key = asked.get(f"{one}/timeline", params={"show": "key-moments"}).json()["items"]
        assert [entry["id"] for entry in key] == [first["id"]]
        assert asked.put(f"{one}/timeline/nonsense/key-moment").json()["code"] == "no_such_entry"
        hidden = asked.put(f"{INCIDENTS}/INC-2026-9999/timeline/{first['id']}/key-moment")
        assert hidden.json()["code"] == "no_such_entry"


def test_a_change_has_the_part_that_was_said_last(ada: UnitOfWork, browser: Client) -> None:
    reference = declared(ada)
    address = "https://ci.example.com/deploys/8841?a=1&b=2"
    for role in ("suspect", "cause", "cause"):
        form = {"change": address, "role": role}
        assert browser.post(f"/incidents/{reference}/changes", data=form).status_code == 200
    marked = commands.one(ada, reference).incident.changes
    assert [(one.change, one.role) for one in marked] == [(address, "cause")]
    page = browser.get(f"/incidents/{reference}").text
    link = '<a href="https://ci.example.com/deploys/8841?a=1&amp;b=2" rel="noopener'
    assert page.count(link) == 3  # twice on the timeline, once beside it
    assert "as the cause" in page
    assert "as a suspect" in page
    script = {"change": "javascript:alert(1)", "role": "fix"}
    page = browser.post(f"/incidents/{reference}/changes", data=script).text
    assert "<code>javascript:alert(1)</code>" in page
    assert 'href="javascript' not in page
    for form in ({"role": "cause"}, {"change": "two words", "role": "cause"}, {"change": "x"}):
        assert browser.post(f"/incidents/{reference}/changes", data=form).status_code == 400


def test_a_program_marks_changes_too(ledger: Ledger) -> None:
    with client(ledger) as asked:
        made = asked.post(INCIDENTS, json={"title": "x"}).json()["reference"]
        body = {"change": "cfg-8841", "role": "cause", "note": "Halved the pool"}
        answer = asked.post(f"{INCIDENTS}/{made}/changes", json=body)
        assert answer.status_code == 201
        assert answer.json()["changes"][0]["change"] == "cfg-8841"
        told = asked.get(f"{INCIDENTS}/{made}/timeline").json()["items"][-1]
        assert told["text"] == "ada marked the change cfg-8841 as the cause. Halved the pool"
        wrong = asked.post(f"{INCIDENTS}/{made}/changes", json=body | {"role": "victim"})
        assert wrong.status_code in (400, 422)


def test_what_may_not_be_seen_can_be_told_nothing_of(ada: UnitOfWork, ids: dict[str, str]) -> None:
    secret = declared(ada, ids["ada"])
    bo = UnitOfWork(ada.ledger, holding(Role.RESPONDER, By(id=ids["bo"], kind="person"), ids["bo"]))
    for reference in (secret, "INC-2026-9999"):
        acts = (
            lambda ref=reference: noted(bo, ref, "@ada"),
            lambda ref=reference: commands.mark_key_moment(bo, ref, entry=1, wanted=True),
            lambda ref=reference: commands.mark_change(bo, ref, change="x", role=ChangeRole.FIX),
            lambda ref=reference: commands.entry_at(bo, ref, 1),
        )
        for act in acts:
            with pytest.raises(Refused, match="There is no incident"):
                act()
