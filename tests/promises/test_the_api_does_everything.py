"""What people do to an incident, a program can do as well, with the same words and the same refusals."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from door import Client, client

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), SimulatedClock(NOW), origin="test")


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


def declared(ada: Client, **said: Any) -> str:
    answer = ada.post(INCIDENTS, json={"title": "Cards refused", "severity": 2} | said)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{INCIDENTS}/{answer.json()['reference']}"
    return str(answer.headers["location"])


def put(ada: Client, path: str, **said: Any) -> dict[str, Any]:
    answer = ada.put(path, json=said)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(ada: Client, one: str) -> list[str]:
    return [entry["text"] for entry in ada.get(f"{one}/timeline").json()["items"]]


def test_an_incident_lives_its_whole_life(ada: Client) -> None:
    one = declared(ada, service="payments")
    assert put(ada, f"{one}/acknowledgement")["phase"] == "investigating"
    assert put(ada, f"{one}/severity", severity=1, reason="All cards")["severity"] == 1
    assert put(ada, f"{one}/mitigation", how="Failed over", workaround=True)["phase"] == "mitigated"
    resolved = put(ada, f"{one}/resolution", how="Pool enlarged")
    assert resolved["phase"] == "resolved"
    assert resolved["is_open"] is False
    assert put(ada, f"{one}/closure", actionability="real")["phase"] == "closed"
    reopened = ada.request("DELETE", f"{one}/resolution", json={"reason": "It is back"}).json()
    assert (reopened["phase"], reopened["reopened"]) == ("investigating", 1)
    assert [period["ended"] is None for period in reopened["impacts"]] == [False, True]
    assert told(ada, one)[-1].endswith("began again at 2026-11-24T03:12:00.000000Z: It is back")


def test_an_acknowledgement_may_be_posted_without_a_body_and_twice(ada: Client) -> None:
    one = declared(ada)
    first, second = (ada.post(f"{one}/acknowledgement") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert len(told(ada, one)) == 2


def test_what_people_state_is_on_the_timeline(ada: Client) -> None:
    one = declared(ada)
    statements = {
        "notes": {"text": "It is the pool.", "kind": "finding", "basis": "measured"},
        "decisions": {"question": "Fail over?", "choice": "Yes", "authority": "commander"},
        "anchors": {"anchor": "awareness", "instant": "2026-11-24T04:00:00+01:00", "why": "Call"},
        "impact-facts": {
            "name": "clients_affected",
            "unit": "clients",
            "value": 1200,
            "source": "query",
            "occurred_at": "2026-11-24T03:00:00Z",
        },
        "impact-periods": {"began": "2026-11-24T02:50:00Z", "degree": "down", "service": "cards"},
    }
    for noun, said in statements.items():
        answer = ada.post(f"{one}/{noun}", json=said)
        assert answer.status_code == 201, answer.text
    it = ada.get(one).json()
    assert it["anchors"][0]["instant"] == "2026-11-24T03:00:00Z"
    assert it["facts"][0]["value"] == 1200
    assert it["impacts"][-1]["degree"] == "down"
    assert told(ada, one)[1:3] == [
        "ada wrote a finding: It is the pool.",
        "ada decided: Yes (Fail over?)",
    ]


def test_a_statement_corrects_an_entry_by_the_id_its_reader_knows(ada: Client) -> None:
    one = declared(ada)
    ada.post(f"{one}/notes", json={"text": "At 3"})
    wrong = ada.get(f"{one}/timeline").json()["items"][-1]["id"]
    corrected = ada.post(f"{one}/notes", json={"text": "At 4", "corrects": wrong})
    assert corrected.status_code == 201
    assert ada.get(f"{one}/timeline").json()["items"][-1]["corrects"] == wrong
    other = declared(ada)
    refused = ada.post(f"{other}/notes", json={"text": "x", "corrects": wrong})
    assert (refused.status_code, refused.json()["code"]) == (400, "no_such_entry")


def test_a_commander_is_a_person_and_shown_by_name(ada: Client, ledger: Ledger) -> None:
    one = declared(ada)
    work = UnitOfWork(ledger, TOCSIN)
    id_ = people.add_person(work, email="on-call@example.com", name="On-call Payments")
    assert put(ada, f"{one}/commander", commander=id_)["commander"]["name"] == "On-call Payments"
    assert told(ada, one)[-1] == "ada put On-call Payments in command."
    refused = ada.put(f"{one}/commander", json={"commander": "nobody"})
    assert (refused.status_code, refused.json()["code"]) == (400, "no_such_person")


def test_alerts_that_do_not_exist_cannot_be_joined(ada: Client) -> None:
    one = declared(ada)
    assert ada.get(f"{one}/alerts").json() == {"items": [], "next": None}
    refused = ada.post(f"{one}/alerts", json={"alerts": ["none"]})
    assert (refused.status_code, refused.json()["code"]) == (400, "no_such_alert")
    assert put(ada, f"{one}/acknowledgement")["alerts"] == 0


def test_a_list_is_filtered_and_paged_with_each_incident_once(ada: Client) -> None:
    for number in range(7):
        one = declared(ada, title=f"No. {number}", severity=1 + number % 3)
        if number % 2:
            put(ada, f"{one}/acknowledgement")
            put(ada, f"{one}/resolution")
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = ada.get(INCIDENTS, params=query).json()
        seen += [it["title"] for it in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert len(seen) == len(set(seen)) == 7
    assert set(seen[:4]) == {"No. 0", "No. 2", "No. 4", "No. 6"}, "open ones first"
    over = ada.get(INCIDENTS, params={"open": "false", "severity": 2}).json()["items"]
    assert [it["title"] for it in over] == ["No. 1"]
    assert ada.get(INCIDENTS, params={"q": "no. 3"}).json()["items"][0]["title"] == "No. 3"


def test_a_timeline_is_paged(ada: Client) -> None:
    one = declared(ada)
    for number in range(5):
        ada.post(f"{one}/notes", json={"text": f"Note {number}"})
    first = ada.get(f"{one}/timeline", params={"limit": 4}).json()
    rest = ada.get(f"{one}/timeline", params={"limit": 4, "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)
    ids = [entry["id"] for entry in first["items"] + rest["items"]]
    assert len(set(ids)) == 6


def test_a_cursor_is_for_one_viewer_and_one_list(ada: Client, ledger: Ledger) -> None:
    for _ in range(3):
        declared(ada)
    cursor = ada.get(INCIDENTS, params={"limit": 1}).json()["next"]
    bad = [
        ada.get(INCIDENTS, params={"limit": 1, "cursor": cursor, "severity": 2}),
        ada.get(INCIDENTS, params={"cursor": cursor[:-2] + "AA"}),
        ada.get(INCIDENTS, params={"cursor": "é"}),
        ada.get(INCIDENTS, params={"limit": 201}),
    ]
    with client(ledger, "bea") as bea:
        bad.append(bea.get(INCIDENTS, params={"limit": 1, "cursor": cursor}))
    assert [answer.status_code for answer in bad] == [400] * 5
    assert bad[-1].json()["code"] == "bad_cursor"


def test_every_refusal_is_a_problem(ada: Client, ledger: Ledger) -> None:
    one = declared(ada)
    with client(ledger, "olga") as olga, client(ledger, "nobody") as nobody:
        answers = {
            404: ada.get(f"{INCIDENTS}/INC-2026-9999"),
            409: ada.put(f"{one}/closure"),
            405: ada.patch(one),
            403: olga.post(INCIDENTS, json={"title": "x"}),
            401: nobody.get(INCIDENTS),
            400: ada.post(INCIDENTS, json={"title": " "}),
        }
    for status, answer in answers.items():
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, problem["status"]) == (status, status)
        assert problem["type"] == f"urn:tocsin:problem:{problem['code']}"
    assert answers[405].headers["allow"] == "GET, OPTIONS"
    assert answers[401].headers["www-authenticate"] == "Bearer"


def test_the_description_names_every_route_and_closes_every_body(ada: Client) -> None:
    whole = ada.get("/api/v1/openapi.json").json()
    assert whole["openapi"].startswith("3.1")
    routes = {
        route.path_format: {str(method) for method in route.methods} - {"OPTIONS"}
        for route in ada.app.routes
        if hasattr(route, "methods") and route.path_format != "/api/v1/openapi.json"
    }
    described = {
        path: {method.upper() for method in item if method != "parameters"}
        for path, item in whole["paths"].items()
    }
    assert described == routes
    names = {name for name in whole["components"]["schemas"] if not name.endswith("Shown")}
    closed = {"Declaration", "Note", "Decision", "Fact", "Period", "Restriction", "Reopening"}
    assert closed <= names
    for name in closed:
        assert whole["components"]["schemas"][name]["additionalProperties"] is False
    posted = whole["paths"][f"{INCIDENTS}/{{reference}}/notes"]["post"]
    assert {"400", "401", "403", "404", "409", "412", "422"} <= set(posted["responses"])
