"""A change may be based on what was seen, and a request that is sent twice is carried out once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from door import Client, client
from httpx import Response

from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"
CARDS = {"title": "Cards refused", "severity": 2}


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


def declared(ada: Client) -> tuple[str, str]:
    answer = ada.post(INCIDENTS, json=CARDS)
    return str(answer.headers["location"]), str(answer.headers["etag"])


def test_of_two_changes_based_on_the_same_sight_one_is_made(ledger: Ledger) -> None:
    with client(ledger) as ada, client(ledger, "bea") as bea:
        one, of_ada = declared(ada)
        of_bea = bea.get(one).headers["etag"]
        assert of_ada != of_bea, "a tag is a viewer's own"

        def change(asked: tuple[Client, str]) -> Response:
            who, tag = asked
            said = {"severity": 1, "reason": "All cards"} if who is ada else {"how": "Failed over"}
            noun = "severity" if who is ada else "mitigation"
            return who.put(f"{one}/{noun}", json=said, headers={"if-match": tag})

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(change, [(ada, of_ada), (bea, of_bea)]))
        assert sorted(answer.status_code for answer in answers) == [200, 412]
        codes = [answer.json().get("code") for answer in answers]
        assert "changed_meanwhile" in codes


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("notes", {"text": "x"}),
        ("restriction", {"reason": "x"}),
        ("alerts", {"alerts": ["x"]}),
        ("resolution", None),
    ],
)
def test_every_change_can_be_conditional(ledger: Ledger, noun: str, said: object) -> None:
    with client(ledger) as ada:
        one, tag = declared(ada)
        ada.put(f"{one}/acknowledgement")
        if noun == "alerts":
            said = {"alerts": ["none"], "reason": "x"}
        method = "DELETE" if noun == "alerts" else "POST"
        answer = ada.request(method, f"{one}/{noun}", json=said, headers={"if-match": tag})
        assert answer.status_code == 412


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ("*", 200),
        ('"made up"', 412),
        ('W/"weak"', 412),
        ("bare", 412),
        ('"a", "b"', 400),
        ("é", 412),
    ],
)
def test_a_tag_that_is_not_ours_never_matches(ledger: Ledger, tag: str, status: int) -> None:
    with client(ledger) as ada:
        one, _ = declared(ada)
        headers = {b"if-match": tag.encode()}
        assert ada.put(f"{one}/acknowledgement", headers=headers).status_code == status


def test_the_tag_of_another_incident_does_not_match(ledger: Ledger) -> None:
    with client(ledger) as ada:
        (one, _), (_, other) = declared(ada), declared(ada)
        answer = ada.put(f"{one}/acknowledgement", headers={"if-match": other})
        assert answer.status_code == 412


def test_what_a_client_has_is_not_sent_again(ledger: Ledger) -> None:
    with client(ledger) as ada:
        one, tag = declared(ada)
        same = ada.get(one, headers={"if-none-match": f'"x", W/{tag}'})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        ada.put(f"{one}/acknowledgement")
        changed = ada.get(one, headers={"if-none-match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag


def test_the_same_request_twice_makes_one_incident_and_the_same_answer(ledger: Ledger) -> None:
    with client(ledger) as ada:
        key = {"idempotency-key": "declare 1"}
        first, again = (ada.post(INCIDENTS, json=CARDS, headers=key) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.content == again.content
        assert first.headers == again.headers
        assert len(ada.get(INCIDENTS).json()["items"]) == 1


def test_many_at_once_with_one_key_make_one_incident(ledger: Ledger) -> None:
    with client(ledger) as ada, ThreadPoolExecutor(6) as pool:

        def declare(_: int) -> str:
            answer = ada.post(INCIDENTS, json=CARDS, headers={"idempotency-key": "one"})
            return str(answer.json()["reference"])

        assert len(set(pool.map(declare, range(12)))) == 1


def test_a_key_is_for_one_request_of_one_actor(ledger: Ledger) -> None:
    key = {"idempotency-key": "1"}
    with client(ledger) as ada, client(ledger, "bea") as bea:
        ada.post(INCIDENTS, json=CARDS, headers=key)
        other = ada.post(INCIDENTS, json=CARDS | {"severity": 1}, headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert bea.post(INCIDENTS, json=CARDS, headers=key).status_code == 201
        assert len(ada.get(INCIDENTS).json()["items"]) == 2


def test_a_note_with_a_key_is_written_once(ledger: Ledger) -> None:
    with client(ledger) as ada:
        one, _ = declared(ada)
        for _ in range(2):
            answer = ada.post(f"{one}/notes", json={"text": "x"}, headers={"idempotency-key": "n"})
            assert answer.status_code == 201
        assert len(ada.get(f"{one}/timeline").json()["items"]) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
def test_a_bad_key_is_refused(ledger: Ledger, key: str) -> None:
    with client(ledger) as ada:
        answer = ada.post(INCIDENTS, json=CARDS, headers={b"idempotency-key": key.encode()})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
        assert ada.get(INCIDENTS).json()["items"] == []
