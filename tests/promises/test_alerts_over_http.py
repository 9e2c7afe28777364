"""Alerts, sources, dead letters and rules over the API: the same commands as on the pages."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient
from monitors import World

from tocsin.access.policy import Role
from tocsin.api import openapi, problem
from tocsin.api.reading import StrictReading
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.api import ROUTER as ALERTS
from tocsin.features.alerts.rows import DEAD_LETTERS, DeadLetter
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.triage.api import ROUTER as RULES
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import found
from tocsin.storage.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
V1 = "/api/v1"


@pytest.fixture
def world(database: Database) -> World:
    clock = SimulatedClock(NOON)
    return World(found(database, keys.make(), clock, origin="test"), clock)


@contextmanager
def api(world: World, role: Role = Role.ADMIN) -> Generator[TestClient[Litestar]]:
    """A program with a token."""

    def submit(_: DeadLetter, __: bytes) -> None:
        raise AssertionError("no body is kept in these tests")

    dependencies: dict[str, Any] = {
        "work": Provide(lambda: world.person("ada", role), sync_to_thread=False),
        "submit": Provide(lambda: submit, sync_to_thread=False),
    }
    app = Litestar(
        [ALERTS, RULES, openapi.description([ALERTS, RULES])],
        dependencies=dependencies,
        exception_handlers=problem.HANDLERS,
        middleware=[StrictReading()],
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_alerts_are_listed_page_by_page(world: World) -> None:
    fired = [world.fire(f"s{number}") for number in range(5)]
    with api(world) as client:
        first = client.get(f"{V1}/alerts", params={"limit": 3}).json()
        rest = client.get(f"{V1}/alerts", params={"limit": 3, "cursor": first["next"]}).json()
        assert sorted(one["id"] for one in first["items"] + rest["items"]) == sorted(fired)
        assert rest["next"] is None
        other = {"cursor": first["next"], "q": "s1"}
        assert client.get(f"{V1}/alerts", params=other).json()["code"] == "bad_cursor"
        one = client.get(f"{V1}/alerts", params={"service": "s4"}).json()["items"]
        assert [alert["labels"]["service"] for alert in one] == ["s4"]
        assert client.get(f"{V1}/alerts", params={"state": "resolved"}).json()["items"] == []
        assert "number" not in one[0]


def test_an_alert_is_shown_and_closed_with_whether_there_was_anything_to_do(world: World) -> None:
    alert = world.fire("cards")
    with api(world) as client:
        assert client.get(f"{V1}/alerts/{alert}").json()["state"] == "firing"
        body = {"actionability": "false_positive", "reason": "A test."}
        closed = client.put(f"{V1}/alerts/{alert}/closure", json=body)
        assert (closed.status_code, closed.json()["state"]) == (200, "closed")
        assert closed.json()["actionability"] == "false_positive"
        wrong = client.put(f"{V1}/alerts/{alert}/closure", json={"actionability": "maybe"})
        assert wrong.status_code == 400
        assert client.get(f"{V1}/alerts/nothing").status_code == 404


def test_sources_are_listed_without_their_keys(world: World) -> None:
    _, key = alerts.create_source(world.ada, name="Prometheus", kind=SourceKind.PROMETHEUS)
    with api(world) as client:
        answer = client.get(f"{V1}/sources")
    [source] = answer.json()["items"]
    assert (source["name"], source["kind"], source["last_at"]) == ("Prometheus", "prometheus", None)
    assert key not in answer.text
    assert "key" not in source


def test_dead_letters_are_listed_with_their_reason(world: World) -> None:
    said = {"code": "bad_json", "sentence": "This is not JSON.", "path": "/intake/x"}
    with world.ledger.database.write() as connection:
        letter = {"id": "d1", "at": NOON, "source": "s1", "day": "2026-11-24"}
        connection.execute(DEAD_LETTERS.insert().values(**letter, **said))
    with api(world) as client:
        [shown] = client.get(f"{V1}/dead-letters").json()["items"]
        assert (shown["sentence"], shown["has_body"]) == ("This is not JSON.", False)
        replayed = client.post(f"{V1}/dead-letters/d1/replay")
        assert replayed.json()["code"] == "body_erased"
        assert client.post(f"{V1}/dead-letters/d2/replay").status_code == 404


def test_rules_are_put_tried_and_deleted(world: World) -> None:
    world.fire("cards")
    world.fire("ledger", severity="warning")
    rule = {"condition": 'alert.severity == "warning"', "severity_by_word": {"warning": 3}}
    with api(world) as client:
        tried = client.post(f"{V1}/alert-rules/trial", json={"rule": rule}).json()
        assert (tried["asked"], tried["taken"], tried["groups"]) == (2, 1, 1)
        assert client.put(f"{V1}/alert-rules/warnings", json=rule).status_code == 200
        [shown] = client.get(f"{V1}/alert-rules").json()["items"]
        assert (shown["name"], shown["is_shipped"]) == ("warnings", False)
        assert shown["rule"]["severity_by_word"] == {"warning": 3}
        assert client.delete(f"{V1}/alert-rules/warnings").status_code == 204
        assert client.delete(f"{V1}/alert-rules/warnings").status_code == 404
        [shipped] = client.get(f"{V1}/alert-rules").json()["items"]
        assert shipped["is_shipped"]


def test_a_rule_that_cannot_work_is_a_problem_with_a_caret(world: World) -> None:
    with api(world) as client:
        answer = client.put(f"{V1}/alert-rules/bad", json={"condition": "alert.severty == 1"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_rule")
        assert answer.json()["detail"].endswith("\n     ^")
        unknown = client.put(f"{V1}/alert-rules/bad", json={"condition": "true", "sevrity": 1})
        assert unknown.status_code == 400


def test_only_who_may_change_settings_writes_rules(world: World) -> None:
    with api(world, Role.RESPONDER) as client:
        answer = client.put(f"{V1}/alert-rules/mine", json={"condition": "true"})
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        assert client.get(f"{V1}/alert-rules").status_code == 200
