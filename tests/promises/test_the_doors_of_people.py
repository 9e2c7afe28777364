"""Signing in, the account and the API of people, through the real handlers on both databases."""

import re
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.testing import TestClient
from pyotp.totp import TOTP

from tocsin.access.policy import TOCSIN, Role
from tocsin.access.work import UnitOfWork
from tocsin.api import problem
from tocsin.api.reading import StrictReading
from tocsin.features.people import commands
from tocsin.features.people.api import ROUTERS
from tocsin.features.people.web import ROUTER
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.doors import Doors, provided
from tocsin.storage.database import Database
from tocsin.web import answers, assets
from tocsin.web.security import SecurityHeaders

EMAIL, PASSWORD = "ada@example.org", "drawbridge otter mango"
Client = TestClient[Litestar]


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))


@pytest.fixture
def root(database: Database, clock: SimulatedClock) -> UnitOfWork:
    ledger = found(database, keys.make(), clock, origin="test")
    root = UnitOfWork(ledger, TOCSIN)
    commands.add_person(root, email=EMAIL, name="Ada", role=Role.ADMIN, password=PASSWORD)
    return root


def app(ledger: Ledger) -> Litestar:
    given = provided(Doors(ledger))
    return Litestar(
        [
            Router(
                "/",
                route_handlers=ROUTERS,
                dependencies=given["api"],
                exception_handlers=problem.HANDLERS,
                middleware=[StrictReading()],
            ),
            Router("/", route_handlers=[ROUTER], dependencies=given["pages"]),
            assets.ROUTER,
        ],
        dependencies={"ledger": Provide(lambda: ledger, sync_to_thread=False)},
        exception_handlers=answers.ANSWERS,
        middleware=[SecurityHeaders()],
        openapi_config=None,
        state=State({"over_tls": False, "sends_mail": True}),
    )


@pytest.fixture
def browser(root: UnitOfWork) -> Generator[Client]:
    with TestClient(app(root.ledger), raise_server_exceptions=False) as client:
        client.headers["sec-fetch-site"] = "same-origin"
        yield client


@pytest.fixture
def program(root: UnitOfWork) -> Generator[Client]:
    secret = commands.create_token(root, "ci", Role.ADMIN)
    with TestClient(app(root.ledger), raise_server_exceptions=False) as client:
        client.headers["authorization"] = f"Bearer {secret}"
        yield client


def enter(browser: Client, **more: str) -> Any:
    form = {"email": EMAIL, "password": PASSWORD, **more}
    return browser.post("/sign-in", data=form, follow_redirects=False)


def csrf(page: str) -> str:
    found_ = re.search(r'name="csrf" value="(\w+)"', page)
    assert found_ is not None
    return found_[1]


def send(browser: Client, path: str, **fields: str) -> Any:
    form = {"csrf": csrf(browser.get("/account").text), **fields}
    return browser.post(path, data=form, follow_redirects=False)


def test_who_signs_in_gets_a_cookie_for_no_script_and_goes_on(browser: Client) -> None:
    answer = enter(browser, next="/incidents?open=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents?open=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize("next_", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(browser: Client, next_: str) -> None:
    assert 'name="next" value="/"' in browser.get("/sign-in", params={"next": next_}).text
    assert enter(browser, next=next_).headers["location"] == "/"


def test_another_site_cannot_sign_anybody_in(browser: Client) -> None:
    browser.headers["sec-fetch-site"] = "cross-site"
    answer = enter(browser)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_refused_sign_in_shows_the_form_again_and_no_password(browser: Client) -> None:
    wrong = enter(browser, password="not the right one")
    unknown = enter(browser, email="eve@example.org")
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text == unknown.text.replace("eve@example.org", EMAIL)
    assert "not the right one" not in wrong.text
    for _ in range(4):
        enter(browser, password="not the right one")
    waiting = enter(browser)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "15")


def test_without_a_session_the_account_leads_to_the_way_in(browser: Client) -> None:
    answer = browser.get("/account", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")


def test_who_signs_out_is_out(browser: Client) -> None:
    enter(browser)
    secret = browser.cookies["tocsin"]
    assert send(browser, "/sign-out").status_code == 303
    browser.cookies.set("tocsin", secret)
    assert browser.get("/account", follow_redirects=False).status_code == 303


def test_a_form_of_another_session_changes_nothing(browser: Client) -> None:
    enter(browser)
    foreign = csrf(browser.get("/account").text)
    enter(browser)
    form = {"csrf": foreign, "name": "Mallory", "zone": "UTC", "theme": ""}
    assert browser.post("/account", data=form, follow_redirects=False).status_code == 403
    assert "Mallory" not in browser.get("/account").text


def test_one_chooses_a_name_a_zone_and_colours(browser: Client) -> None:
    enter(browser)
    done = send(browser, "/account", name="Ada <L>", zone="Europe/Berlin", theme="dark")
    assert done.status_code == 303
    page = browser.get("/account").text
    assert "Ada &lt;L&gt;" in page
    assert "<option selected>Europe/Berlin</option>" in page
    assert 'data-theme="dark"' in page
    wrong = send(browser, "/account", name="Ada", zone="Mars/Olympus", theme="dark")
    assert wrong.status_code == 400
    assert "There is no time zone Mars/Olympus" in wrong.text


def test_a_device_is_set_up_and_then_asked_for(browser: Client, clock: SimulatedClock) -> None:
    enter(browser)
    assert send(browser, "/account/second-factor", password="wrong one here").status_code == 403
    offered = send(browser, "/account/second-factor", password=PASSWORD)
    shown = re.search(r'aria-label="Key for your app">([A-Z2-7 ]+)<', offered.text)
    assert shown is not None
    key = shown[1].replace(" ", "")
    assert f"otpauth://totp/Tocsin:ada%40example.org?secret={key}" in offered.text
    assert send(browser, "/account/second-factor/code", code="1").status_code == 403
    done = send(browser, "/account/second-factor/code", code=TOTP(key).at(clock()))
    assert done.status_code == 303
    assert key not in browser.get("/account").text
    clock.advance(timedelta(minutes=1))
    missing = enter(browser)
    assert missing.status_code == 400
    assert "takes a code" in missing.text
    assert enter(browser, code=TOTP(key).at(clock())).status_code == 303
    assert send(browser, "/account/second-factor/removal", password=PASSWORD).status_code == 303
    assert enter(browser).status_code == 303


def test_one_sees_where_one_is_signed_in_and_ends_it(root: UnitOfWork, browser: Client) -> None:
    enter(browser)
    attempt = commands.Attempt(email=EMAIL, password=PASSWORD, agent="Old <phone>")
    commands.sign_in(root.ledger, attempt)
    page = browser.get("/account").text
    assert "Old &lt;phone&gt;" in page
    ends = re.findall(r'action="(/account/sessions/\w+/end)"', page)
    assert len(ends) == 1
    assert send(browser, ends[0]).status_code == 303
    assert "Old &lt;phone&gt;" not in browser.get("/account").text


def test_a_password_is_changed_by_who_knows_it(browser: Client) -> None:
    enter(browser)
    path = "/account/password"
    assert send(browser, path, old="wrong one here", new="seven apples in snow").status_code == 403
    short = send(browser, path, old=PASSWORD, new="short")
    assert (short.status_code, "12 to 128" in short.text) == (400, True)
    assert send(browser, path, old=PASSWORD, new="seven apples in snow").status_code == 303
    assert enter(browser, password="seven apples in snow").status_code == 303


def test_a_program_learns_who_it_is(program: Client) -> None:
    me = program.get("/api/v1/me").json()
    assert (me["kind"], me["name"], me["person"]) == ("token", "ci", None)
    assert "manage people" in me["may"]


def test_people_are_added_listed_in_pages_and_disabled(program: Client) -> None:
    for number in range(3):
        body = {"email": f"p{number}@example.org", "name": f"P {number}", "role": "responder"}
        made = program.post("/api/v1/people", json=body)
        assert made.status_code == 201
    first = program.get("/api/v1/people", params={"limit": 3}).json()
    rest = program.get("/api/v1/people", params={"limit": 3, "cursor": first["next"]}).json()
    emails = {one["email"] for one in [*first["items"], *rest["items"]]}
    assert emails == {EMAIL, "p0@example.org", "p1@example.org", "p2@example.org"}
    assert (len(first["items"]), len(rest["items"])) == (3, 1)
    assert rest["next"] is None
    path = f"/api/v1/people/{made.json()['id']}"
    assert program.put(f"{path}/role", json={"role": "auditor"}).status_code == 204
    assert program.put(f"{path}/disablement").status_code == 204
    everybody = program.get("/api/v1/people", params={"limit": 200}).json()["items"]
    its = next(one for one in everybody if one["id"] == made.json()["id"])
    assert (its["role"], its["is_disabled"]) == ("auditor", True)
    assert program.delete(f"{path}/disablement").status_code == 204
    assert program.delete(f"{path}/sessions").status_code == 204
    assert program.delete(f"{path}/second-factor").status_code == 204
    assert program.put("/api/v1/people/nobody/disablement").status_code == 404


def test_the_last_admin_stays_whoever_asks(program: Client) -> None:
    ada = program.get("/api/v1/people").json()["items"][0]["id"]
    refused = program.put(f"/api/v1/people/{ada}/disablement")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")


@pytest.mark.parametrize(
    "body",
    [
        {"email": "eve@example.org", "name": "Eve", "role": "emperor"},
        {"email": "eve@example.org", "name": "Eve", "is_disabled": False},
        {"email": "not an address", "name": "Eve"},
        {"email": "eve@example.org", "name": "\u202e"},
        {"email": "eve@example.org", "name": "Eve", "password": "password1234"},
        {"email": "eve@example.org", "name": 7},
    ],
)
def test_what_is_wrong_with_a_person_is_said(program: Client, body: dict[str, Any]) -> None:
    answer = program.post("/api/v1/people", json=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(program.get("/api/v1/people").json()["items"]) == 1


def test_teams_are_made_joined_and_left(program: Client) -> None:
    ada = program.get("/api/v1/people").json()["items"][0]["id"]
    body = {"name": "cards", "title": "Cards and payments"}
    assert program.post("/api/v1/teams", json=body).status_code == 201
    assert program.post("/api/v1/teams", json=body).json()["code"] == "team_exists"
    assert program.put(f"/api/v1/teams/cards/members/{ada}").status_code == 204
    assert program.get("/api/v1/teams").json()["items"][0]["members"] == [ada]
    assert program.delete(f"/api/v1/teams/cards/members/{ada}").status_code == 204
    assert program.get("/api/v1/teams").json()["items"][0]["members"] == []
    assert program.post("/api/v1/teams", json={"name": "Big Team"}).status_code == 400


def test_a_token_is_shown_once_and_opens_nothing_when_revoked(program: Client) -> None:
    made = program.post(
        "/api/v1/tokens",
        json={"name": "grafana", "role": "observer"},
        headers={"idempotency-key": "1"},
    )
    assert made.status_code == 201
    secret, id_ = made.json()["secret"], made.json()["id"]
    again = program.post(
        "/api/v1/tokens",
        json={"name": "grafana", "role": "observer"},
        headers={"idempotency-key": "1"},
    )
    assert (again.status_code, again.json()["code"]) == (409, "token_shown")
    listed = program.get("/api/v1/tokens")
    assert {one["name"] for one in listed.json()["items"]} == {"ci", "grafana"}
    assert secret not in listed.text
    its = {"authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/me", headers=its).status_code == 200
    assert program.get("/api/v1/tokens", headers=its).status_code == 403
    assert program.delete(f"/api/v1/tokens/{id_}").status_code == 204
    assert program.get("/api/v1/me", headers=its).status_code == 401


def test_keys_are_chosen_and_given_back_on_the_account(browser: Client) -> None:
    enter(browser)
    assert send(browser, "/account/keys", **{"key-J": "y", "key-C": ""}).status_code == 303
    page = browser.get("/account").text
    assert """data-keymap='{"J": "Y"}'""" in page
    wrong = send(browser, "/account/keys", **{"key-J": "c"})
    assert (wrong.status_code, "C cannot be two things" in wrong.text) == (409, True)
    assert """data-keymap='{"J": "Y"}'""" in browser.get("/account").text
    assert send(browser, "/account/keys", shipped="yes", **{"key-J": "y"}).status_code == 303
    assert "data-keymap" not in browser.get("/account").text


def test_a_program_sets_the_keys_of_people(root: UnitOfWork, program: Client) -> None:
    id_ = commands.people(root)[0].id
    address = f"/api/v1/people/{id_}/keys"
    answer = program.put(address, json={"keys": {"J": "y"}})
    assert (answer.status_code, answer.json()["keys"]["J"]) == (200, "Y")
    assert program.get(address).json() == answer.json()
    for wrong, status in (({"J": "c"}, 409), ({"J": "yy"}, 400), ({"Q": "y"}, 400)):
        assert program.put(address, json={"keys": wrong}).status_code == status, wrong
    assert program.delete(address).status_code == 204
    assert program.get(address).json()["keys"]["J"] == "J"
    assert program.get("/api/v1/people/me/keys").status_code == 409
    assert program.put("/api/v1/people/nobody/keys", json={"keys": {}}).status_code == 404
