"""Subscribers, attempts and dead letters through the API, for those who may change the settings."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from time import monotonic

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.api import problem
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.notices.api import ROUTERS
from tocsin.features.notices.feature import FEATURE
from tocsin.foundation.clock import system_clock
from tocsin.ledger import follow, keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.outside import Outside
from tocsin.runtime.sending import Sender
from tocsin.storage.database import Database

Client = TestClient[Litestar]


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), system_clock, origin="test")


def work(ledger: Ledger, role: Role) -> UnitOfWork:
    return UnitOfWork(ledger, holding(role, By(id=role.value, kind="person"), role.value))


@contextmanager
def door(ledger: Ledger, role: Role = Role.ADMIN) -> Generator[Client]:
    given: Callable[[], UnitOfWork] = lambda: work(ledger, role)  # noqa: E731 - Litestar reads its types
    app = Litestar(
        ROUTERS,
        dependencies={"work": Provide(given, sync_to_thread=False)},
        exception_handlers=problem.HANDLERS,
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


HOOK = {"name": "status page", "url": "https://hooks.example/tocsin"}


def test_a_subscriber_comes_and_goes_and_the_secret_is_shown_once(ledger: Ledger) -> None:
    with door(ledger) as client:
        made = client.post("/api/v1/subscribers/webhooks", json=HOOK)
        assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
        assert made.json()["secret"].startswith("whsec_")
        mails = {"name": "ops", "addresses": ["ops@example.com"], "happenings": ["resolved"]}
        assert client.post("/api/v1/subscribers/mail-lists", json=mails).status_code == 201
        listed = client.get("/api/v1/subscribers").json()["items"]
        assert [one["name"] for one in listed] == ["ops", "status page"]
        assert "whsec_" not in str(listed)
        again = client.post("/api/v1/subscribers/webhooks", json=HOOK)
        assert (again.status_code, again.json()["code"]) == (409, "name_taken")
        assert client.delete(f"/api/v1/subscribers/{made.json()['id']}").status_code == 204
        assert len(client.get("/api/v1/subscribers").json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (HOOK | {"url": "ftp://x"}, 400),
        (HOOK | {"minimum_severity": 9}, 400),
        (HOOK | {"happenings": []}, 400),
        (HOOK | {"other": 1}, 400),
        ({"name": "x"}, 400),
    ],
)
def test_what_cannot_be_is_refused(ledger: Ledger, body: dict[str, object], status: int) -> None:
    with door(ledger) as client:
        assert client.post("/api/v1/subscribers/webhooks", json=body).status_code == status
        assert client.get("/api/v1/subscribers").json() == {"items": []}


def test_those_without_the_right_are_refused(ledger: Ledger) -> None:
    with door(ledger, Role.RESPONDER) as client:
        assert client.get("/api/v1/subscribers").status_code == 403
        assert client.post("/api/v1/subscribers/webhooks", json=HOOK).status_code == 403
        assert client.get("/api/v1/undelivered").status_code == 403


def test_what_was_given_up_is_listed_by_pages_and_sent_again(ledger: Ledger) -> None:
    with door(ledger) as client:
        here = HOOK | {"url": "https://127.0.0.1/"}
        client.post("/api/v1/subscribers/webhooks", json=here)
        for _ in range(2):
            incidents.declare(work(ledger, Role.ADMIN), Declaration(title="Down"))
        [reactor], [purpose] = FEATURE.reactors, FEATURE.purposes
        follow.catch_up(ledger, reactor)
        sender = Sender(ledger, {"notice": purpose}, Outside(), "test")
        sender.step()
        assert sender.wait(monotonic() + 20)
        page = client.get("/api/v1/undelivered?limit=1").json()
        rest = client.get("/api/v1/undelivered", params={"cursor": page["next"]}).json()
        assert len(page["items"]) == len(rest["items"]) == 1
        assert "not in the open Internet" in page["items"][0]["last_word"]
        assert len(client.get("/api/v1/notices").json()["items"]) == 2
        letter = page["items"][0]["id"]
        assert client.post(f"/api/v1/undelivered/{letter}/attempts").status_code == 202
        assert client.post(f"/api/v1/undelivered/{letter}/attempts").status_code == 404
        assert client.get("/api/v1/undelivered").json()["items"] == rest["items"]
