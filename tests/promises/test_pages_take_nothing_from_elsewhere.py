"""Whatever a page changes must be asked by a page of ours, in the session that it was made for."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.access.policy import Role
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.features import FEATURES
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session, theme

PASSWORD = "heron lantern orbit 47"
WITHOUT_SESSION = {"/sign-in", "/theme", "/messages/off/x"}
"""Here nobody has a session yet, or a link that we sealed says whose it is (RFC 8058)."""


def places() -> list[tuple[str, str]]:
    """Method and address of everything that a page can change."""
    routers = [router for feature in FEATURES for router in feature.routers] + [theme.ROUTER]
    return sorted(
        (method, re.sub(r"\{[^}]+\}", "x", route.path))
        for router in routers
        for route in router.routes
        for method in route.methods - {"GET", "HEAD", "OPTIONS"}
        if not route.path.startswith(("/api/", "/-/"))
    )


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def client(ledger: Ledger) -> TestClient[Any]:
    host = host_work(ledger)
    people.add_person(host, email="ada@example.com", name="Ada", role=Role.ADMIN, password=PASSWORD)
    secret = people.sign_in(ledger, people.Attempt(email="ada@example.com", password=PASSWORD))
    made: TestClient[Any] = TestClient(make_app(ledger, Settings()))
    made.cookies.set(session.NAME, secret)
    return made


def test_nothing_is_taken_from_another_site(client: TestClient[Any]) -> None:
    assert len(places()) > 15
    for method, path in places():
        answer = client.request(
            method, path, data={"any": "thing"}, headers={"sec-fetch-site": "cross-site"}
        )
        assert answer.status_code == 403, (method, path)


def test_nothing_is_taken_without_the_token_of_the_session(client: TestClient[Any]) -> None:
    for method, path in places():
        if path not in WITHOUT_SESSION:
            headers = {"sec-fetch-site": "same-origin"}
            answer = client.request(method, path, data={"any": "thing"}, headers=headers)
            assert answer.status_code == 403, (method, path)
