"""An instant that cannot be read again is refused when it comes: it would break every list it is in."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from litestar.testing import TestClient
from taking import post, source, taking

from tocsin.access.policy import Role
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.rows import Wanted
from tocsin.features.alerts.terms import AlertState, SourceKind
from tocsin.features.people import commands as people
from tocsin.features.triage.commands.sweep import sweep
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web.times import clock_time, full_time

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATEST = "9999-12-31T23:59:59Z"
OUTSIDE = ("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00")
EVERYTHING = Wanted(states=frozenset(AlertState), limit=200)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), SimulatedClock(NOON), origin="test")


@pytest.fixture
def work(ledger: Ledger) -> UnitOfWork:
    return host_work(ledger)


def said(key: dict[SourceKind, str], instant: str) -> list[tuple[str, Any]]:
    """One request of each kind that brings an instant."""
    event = {"routing_key": key[SourceKind.PAGERDUTY], "event_action": "trigger"}
    payload = {"summary": "a", "source": "b", "severity": "critical", "timestamp": instant}
    one: dict[str, Any] = {
        "status": "firing",
        "labels": {"a": instant},
        "startsAt": NOON.isoformat(),
    }
    webhook, generic = (
        f"/intake/{key[SourceKind.ALERTMANAGER]}",
        f"/intake/{key[SourceKind.GENERIC]}",
    )
    return [
        (webhook, {"version": "4", "alerts": [one | {"startsAt": instant}]}),
        (webhook, {"version": "4", "alerts": [one | {"endsAt": instant}]}),
        (generic, {"title": "starts", "starts_at": instant}),
        (generic, {"title": "ends", "ends_at": instant}),
        (f"/am/{key[SourceKind.PROMETHEUS]}/api/v2/alerts", [{**one, "startsAt": instant}]),
        (f"/am/{key[SourceKind.PROMETHEUS]}/api/v2/alerts", [{**one, "endsAt": instant}]),
        ("/v2/enqueue", event | {"payload": payload}),
        ("/v2/change/enqueue", event | {"payload": payload}),
    ]


@pytest.mark.parametrize("instant", OUTSIDE)
def test_what_monitors_say_of_no_calendar_is_their_mistake(
    ledger: Ledger, work: UnitOfWork, instant: str
) -> None:
    key = {kind: source(ledger, kind, kind) for kind in SourceKind}
    with taking(ledger) as intake:
        for path, body in said(key, instant):
            told = post(intake, path, json.dumps(body).encode())
            assert told.status in {200, 400}, (path, body, told.body)
        assert len(alerts.listed(work, EVERYTHING)) <= 2, "the two that the year 1 means nothing to"
    sweep(ledger)
    with taking(ledger):
        pass


def test_the_last_instant_there_is_may_be_said_and_read(ledger: Ledger, work: UnitOfWork) -> None:
    key = {kind: source(ledger, kind, kind) for kind in SourceKind}
    with taking(ledger) as intake:
        for path, body in said(key, LATEST):
            assert post(intake, path, json.dumps(body).encode()).status in {200, 202, 400}
        assert len(alerts.listed(work, EVERYTHING)) >= 5
    with taking(ledger):
        pass


def test_the_last_instant_there_is_reads_in_every_zone() -> None:
    last = datetime.fromisoformat(LATEST)
    assert full_time(last, ZoneInfo("Asia/Tokyo")) == "9999-12-31 23:59:59 UTC"
    assert clock_time(last, ZoneInfo("America/New_York")) == "18:59"


@pytest.mark.parametrize("instant", OUTSIDE)
def test_a_silence_of_no_calendar_is_refused(ledger: Ledger, instant: str) -> None:
    token = people.create_token(host_work(ledger), "tools", Role.RESPONDER)
    matcher = {"name": "a", "value": "b", "isRegex": False}
    body = {"matchers": [matcher], "createdBy": "ada", "comment": "quiet"}
    times = {"startsAt": NOON.isoformat(), "endsAt": LATEST}
    with TestClient(make_app(ledger, Settings()), raise_server_exceptions=False) as client:
        client.headers["authorization"] = f"Bearer {token}"
        for name in times:
            answer = client.post("/api/v2/silences", json=body | times | {name: instant})
            assert answer.status_code == 422, answer.text
        assert client.post("/api/v2/silences", json=body | times).status_code == 200
        assert [one["endsAt"] for one in client.get("/api/v2/silences").json()] == [
            "9999-12-31T23:59:59.000Z"
        ]
