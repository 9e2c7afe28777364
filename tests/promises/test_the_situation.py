"""Whoever comes late reads in three sentences how it stands, who said so, and what was said before."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from door import Client, client

from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


@pytest.fixture
def one(ada: Client) -> str:
    made = ada.post(INCIDENTS, json={"title": "Cards refused"}).json()
    return f"{INCIDENTS}/{made['reference']}"


def state(ada: Client, one: str, **said: Any) -> dict[str, Any]:
    answer = ada.put(f"{one}/situation", json=said)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["situation"])


def test_it_is_said_by_somebody_at_a_time_and_shown_with_the_incident(
    ada: Client, one: str
) -> None:
    due = (NOW + timedelta(minutes=15)).isoformat()
    stated = state(ada, one, happening="14% fail", next_steps="Roll back", next_update_at=due)
    assert stated["happening"] == "14% fail"
    assert (stated["belief"], stated["next_steps"]) == (None, "Roll back")
    assert stated["stated_by"]["id"] == "ada"
    assert stated["stated_at"] == "2026-11-24T03:12:00Z"
    assert ada.get(f"{one}/situation").json() == stated
    assert ada.get(one).json()["situation"] == stated


def test_what_was_said_before_is_kept(ada: Client, one: str) -> None:
    for nth in range(5):
        state(ada, one, belief=f"belief {nth}")
    state(ada, one, belief="belief 4")  # the same again says nothing new
    first = ada.get(f"{one}/situation/history", params={"limit": 3}).json()
    rest = ada.get(f"{one}/situation/history", params={"limit": 3, "cursor": first["next"]}).json()
    said = [it["belief"] for it in (*first["items"], *rest["items"])]
    assert said == [f"belief {nth}" for nth in (4, 3, 2, 1, 0)]
    assert rest["next"] is None
    told = ada.get(f"{one}/timeline", params={"show": "situation"}).json()["items"]
    assert told[-1]["text"] == "ada stated the situation. What we believe: belief 4"


def test_nothing_said_is_refused(ada: Client, one: str) -> None:
    assert ada.get(f"{one}/situation").json()["code"] == "unknown_situation"
    empty = ada.put(f"{one}/situation", json={"happening": "  "})
    assert (empty.status_code, empty.json()["code"]) == (400, "situation_missing")
    past = (NOW - timedelta(minutes=1)).isoformat()
    late = ada.put(f"{one}/situation", json={"happening": "x", "next_update_at": past})
    assert (late.status_code, late.json()["code"]) == (400, "bad_next_update")


def test_nobody_writes_over_what_they_have_not_read(
    ada: Client, one: str, clock: SimulatedClock
) -> None:
    read = state(ada, one, belief="The pool")
    clock.advance(timedelta(seconds=1))
    state(ada, one, belief="The database")
    mine = {"belief": "The network", "over": read["stated_at"]}
    refused = ada.put(f"{one}/situation", json=mine)
    assert (refused.status_code, refused.json()["code"]) == (409, "situation_changed")
    assert ada.get(f"{one}/situation").json()["belief"] == "The database"


def test_it_is_unknown_to_those_who_may_not_see_the_incident(ada: Client) -> None:
    said = {"title": "Privileged session"}
    secret = ada.post(INCIDENTS, json=said).json()["reference"]
    one = f"{INCIDENTS}/{secret}"
    state(ada, one, happening="Somebody reads mail")
    answer = ada.put(f"{one}/restriction", json={"people": [], "reason": "Personal data"})
    assert answer.status_code == 200, answer.text
    eve = {"authorization": "Bearer eve"}
    for path in ("situation", "situation/history", "timeline?show=situation"):
        hidden = ada.get(f"{one}/{path}", headers=eve)
        missing = ada.get(f"{INCIDENTS}/INC-2026-9999/{path}", headers=eve)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.text.replace(secret, "X") == missing.text.replace("INC-2026-9999", "X")
    over = ada.put(f"{one}/situation", json={"happening": "x"}, headers=eve)
    assert over.json()["code"] == "unknown_incident"
