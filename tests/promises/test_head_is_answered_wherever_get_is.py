"""HEAD is answered wherever GET is, alike but for the body: monitors and proxies ask so."""

from datetime import UTC, datetime

import httpx2
import pytest
from serving import served

from tocsin.access.policy import Role
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database

PASSWORD = "heron lantern orbit 47"


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


def test_head_is_get_without_a_body(ledger: Ledger) -> None:
    host = host_work(ledger)
    people.add_person(host, email="ada@example.com", name="Ada", role=Role.ADMIN, password=PASSWORD)
    secret = people.sign_in(ledger, people.Attempt(email="ada@example.com", password=PASSWORD))
    token = people.create_token(host, name="reader", role=Role.OBSERVER)
    with (
        served(make_app(ledger, Settings())) as url,
        httpx2.Client(base_url=url, timeout=20, trust_env=False) as client,
    ):
        client.cookies.set("tocsin", secret)
        client.headers["authorization"] = f"Bearer {token}"
        for path in (
            "/sign-in",
            "/account",
            "/api/v1/incidents",
            "/healthz",
            "/readyz",
            "/nothing",
        ):
            got, head = client.get(path), client.head(path)
            assert head.status_code == got.status_code, path
            assert head.headers["content-type"] == got.headers["content-type"], path
            assert head.content == b"", path


def test_head_of_a_stream_ends(ledger: Ledger) -> None:
    token = people.create_token(host_work(ledger), name="reader", role=Role.OBSERVER)
    with served(make_app(ledger, Settings())) as url:
        headers = {"authorization": f"Bearer {token}"}
        answer = httpx2.head(f"{url}/api/v1/stream", headers=headers, timeout=20, trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")


def test_head_changes_nothing(ledger: Ledger) -> None:
    with served(make_app(ledger, Settings())) as url:
        assert httpx2.head(f"{url}/sign-out", timeout=20, trust_env=False).status_code == 405
