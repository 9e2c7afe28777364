"""Whatever stands in an address or a form of a page is taken or refused, and is never a fault of ours."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session
from tocsin.web.security import HEADER

Client = TestClient[Any]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD = "heron lantern orbit 47"
LISTS = (
    "/incidents?text=",
    "/incidents?after=",
    "/incidents?severity=",
    "/incidents?service=",
    "/incidents?commander=",
    "/incidents?tag=",
    "/incidents?since=",
    "/incidents?columns=",
    "/incidents?group=",
    "/incidents/views?text=",
    "/incidents/bulk?deed=acknowledge&row=",
    "/incidents/bulk?deed=tag&row=x&tag=",
    "/incidents/bulk?deed=assign&row=x&commander=",
    "/incidents/bulk?deed=merge&row=x&other=",
    "/search?q=",
    "/search?q=a&after=",
    "/search/found?q=",
    "/alerts?view=every&text=",
)
NUL = ("%00", "a%00b")
TIMES = ("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "1899-12-31T23:59")


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), SimulatedClock(NOON), origin="test")


@pytest.fixture
def ada(ledger: Ledger) -> str:
    host = host_work(ledger)
    return people.add_person(
        host, email="ada@example.com", name="Ada", role=Role.MANAGER, password=PASSWORD
    )


@pytest.fixture
def work(ledger: Ledger, ada: str) -> UnitOfWork:
    return UnitOfWork(ledger, holding(Role.MANAGER, By(id=ada, kind="person"), ada))


@pytest.fixture
def reference(work: UnitOfWork) -> str:
    return commands.declare(work, Declaration(title="Cards refused")).incident.reference


@pytest.fixture
def browser(ledger: Ledger, ada: str) -> Generator[Client]:  # noqa: ARG001 - who is signed in
    secret = people.sign_in(ledger, people.Attempt(email="ada@example.com", password=PASSWORD))
    with TestClient(make_app(ledger, Settings()), raise_server_exceptions=False) as client:
        client.cookies.set(session.NAME, secret)
        client.headers[HEADER] = people.actor_of_session(ledger, secret).csrf
        yield client


def test_a_nul_in_an_address_is_refused(browser: Client) -> None:
    paths = [
        f"{path}{nul}" for path in (*LISTS, "/incidents/", "/page/", "/alerts/") for nul in NUL
    ]
    for path in paths:
        assert browser.get(path).status_code == 400, path


def test_a_nul_in_a_form_is_left_out(browser: Client, work: UnitOfWork, reference: str) -> None:
    assert browser.post(f"/incidents/{reference}/title", data={"title": "a\0b"}).status_code == 200
    assert commands.timeline(work, reference)[1][-1].event.title.value == "ab"
    assert browser.post("/sign-in", data={"email": "a\0b", "password": "\0"}).status_code == 403


@pytest.mark.parametrize("instant", TIMES)
def test_a_time_of_no_use_is_refused(browser: Client, reference: str, instant: str) -> None:
    for path, form in (
        ("entries", {"text": "a", "occurred_at": instant}),
        ("periods", {"began": instant, "degree": "down"}),
        ("resolution", {"ended": instant}),
    ):
        assert browser.post(f"/incidents/{reference}/{path}", data=form).status_code == 400, path
    assert browser.post("/declare", data={"title": "a", "began": instant}).status_code == 400


@pytest.mark.parametrize("figure", ["nan", "inf", "-inf", "1e400", "1e19", "many"])
def test_what_is_no_figure_is_never_recorded_as_unknown(
    browser: Client, work: UnitOfWork, reference: str, figure: str
) -> None:
    form = {"name": "clients", "value": figure}
    assert browser.post(f"/incidents/{reference}/facts", data=form).status_code == 400
    assert commands.one(work, reference).incident.facts == ()


def test_only_people_are_put_in_command_or_named(
    browser: Client, work: UnitOfWork, reference: str
) -> None:
    command = browser.post(f"/incidents/{reference}/command", data={"commander": "Bob Miller"})
    named = {"named": "Bob Miller", "reason": "A breach."}
    assert command.status_code == 400
    assert browser.post(f"/incidents/{reference}/restriction", data=named).status_code == 400
    it = commands.one(work, reference)
    assert (it.version, it.incident.commander, it.incident.restricted_to) == (1, None, None)


def test_the_harm_cannot_be_back_in_the_future(
    browser: Client, work: UnitOfWork, reference: str
) -> None:
    commands.acknowledge(work, reference)
    commands.resolve(work, reference)
    form = {"reason": "It is back.", "began": "2026-11-25T12:00"}
    assert browser.post(f"/incidents/{reference}/reopening", data=form).status_code == 400
    assert commands.one(work, reference).incident.reopened == 0
