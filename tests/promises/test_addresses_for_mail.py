"""Addresses that take mail in, over the API, on pages and on the machine: made, shown once, revoked."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from mailing import DOMAIN, House, begun_at_noon, mail

from tocsin.access.policy import Role
from tocsin.features.mail_in import commands
from tocsin.features.mail_in.terms import OwnerKind
from tocsin.features.people import commands as people
from tocsin.foundation.refusal import Refused
from tocsin.runtime.app import make_app
from tocsin.runtime.main import run
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

Client = TestClient[Any]
Door = Callable[[Role], Client]
PASSWORD = "heron lantern orbit 47"
ADDRESSES = "/api/v1/mail-addresses"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Generator[House]:
    made = House(begun_at_noon(database), tmp_path)
    with made.listening():
        yield made


@pytest.fixture
def api(house: House) -> Generator[Door]:
    """The API as whoever holds a token of a role sees it."""
    open_ones: list[Client] = []

    def enter(role: Role) -> Client:
        client: Client = TestClient(make_app(house.ledger, house.chosen))
        client.__enter__()
        open_ones.append(client)
        token = people.create_token(host_work(house.ledger), name=f"t{len(open_ones)}", role=role)
        client.headers["authorization"] = f"Bearer {token}"
        return client

    yield enter
    for client in open_ones:
        client.__exit__(None, None, None)


@pytest.fixture
def browser(house: House) -> Generator[Client]:
    """The pages as Rex, who is a responder, sees them."""
    people.give_password(host_work(house.ledger), house.people["rex"], PASSWORD)
    with TestClient(make_app(house.ledger, house.chosen)) as client:
        attempt = people.Attempt(email="rex@example.com", password=PASSWORD)
        secret = people.sign_in(house.ledger, attempt)
        client.cookies.set(session.NAME, secret)
        client.headers["x-csrf"] = people.actor_of_session(house.ledger, secret).csrf
        yield client


def sent(client: Client, path: str, **said: str) -> Any:
    fields = {"csrf": client.headers["x-csrf"], **said}
    return client.post(path, data=fields)


def test_a_program_makes_lists_and_revokes_addresses(house: House, api: Door) -> None:
    admin = api(Role.ADMIN)
    people.create_team(host_work(house.ledger), "payments")
    made = admin.post(ADDRESSES, json={"team": "payments"})
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    to = made.json()["address"]
    house.sent(to, mail())
    assert len(house.references()) == 1
    [listed] = admin.get(ADDRESSES).json()["items"]
    assert (listed["id"], listed["owner_kind"], listed["owner_name"]) == (
        made.json()["id"],
        "team",
        "payments",
    )
    assert to not in admin.get(ADDRESSES).text
    assert admin.delete(f"{ADDRESSES}/{listed['id']}").status_code == 204
    assert house.answer(to, mail(Message_ID="<later@x>")) == 550
    assert admin.get(ADDRESSES).json()["items"] == []


def test_what_is_asked_wrongly_is_refused_in_words(house: House, api: Door) -> None:
    admin, responder = api(Role.ADMIN), api(Role.RESPONDER)
    rex, olga = house.people["rex"], house.people["olga"]
    wrong: list[tuple[Client, dict[str, str], int, str]] = [
        (admin, {}, 400, "owner_missing"),
        (admin, {"person": rex, "team": "x"}, 400, "owner_missing"),
        (admin, {"team": "x"}, 404, "unknown_team"),
        (admin, {"person": "x"}, 400, "no_such_owner"),
        (admin, {"person": olga}, 403, "not_allowed"),
        (responder, {"person": rex}, 403, "not_allowed"),
    ]
    for client, body, status, code in wrong:
        answer = client.post(ADDRESSES, json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert responder.get(ADDRESSES).status_code == 403
    once = {"idempotency-key": "k"}
    assert admin.post(ADDRESSES, json={"person": rex}, headers=once).status_code == 201
    again = admin.post(ADDRESSES, json={"person": rex}, headers=once)
    assert (again.status_code, again.json()["code"]) == (409, "address_shown")
    others = house.address("ada").id
    assert responder.delete(f"{ADDRESSES}/{others}").status_code == 404


def test_somebody_has_ten_addresses_at_most_and_only_who_may_declare_has_one(house: House) -> None:
    for _ in range(10):
        house.address()
    with pytest.raises(Refused) as full:
        house.address()
    assert full.value.code == "too_many_addresses"
    for kind, owner in [(OwnerKind.PERSON, house.people["olga"]), (OwnerKind.TOKEN, "x")]:
        with pytest.raises(Refused):
            commands.create(house.work("tim"), house.terms, kind, owner)
    with pytest.raises(Refused) as others:
        commands.create(house.work("ada"), house.terms, OwnerKind.PERSON, house.people["rex"])
    assert others.value.code == "not_allowed"


def test_a_program_has_an_address_of_an_incident_as_itself(house: House, api: Door) -> None:
    reference, client = house.declared(), api(Role.RESPONDER)
    path = f"/api/v1/incidents/{reference}/mail-address"
    assert client.get(path).json() == {"address": None}
    to = client.post(path).json()["address"]
    assert client.post(path).json()["address"] == client.get(path).json()["address"] == to
    house.sent(to, mail(text="From a program"))
    entry = house.entries(reference)[1]
    assert (entry.by.kind, entry.by.through) == ("token", "mail")
    other = client.post(f"{path}?anew=true").json()["address"]
    assert other != to
    assert (house.answer(to, mail()), house.answer(other, mail())) == (550, 250)
    assert client.delete(path).status_code == 204
    assert client.get(path).json() == {"address": None}
    assert house.answer(other, mail()) == 550
    assert api(Role.OBSERVER).get(path).status_code == 403
    assert client.get("/api/v1/incidents/INC-2026-9999/mail-address").status_code == 404


def test_a_dead_letter_is_listed_with_its_reason_and_taken_after_all(
    house: House, api: Door
) -> None:
    house.sent(house.address().address, mail(Auto_Submitted="auto-generated"))
    admin = api(Role.ADMIN)
    [letter] = admin.get("/api/v1/mail-dead-letters").json()["items"]
    assert (letter["why"], letter["is_kept"]) == ("automatic", True)
    assert "machine" in letter["reason"]
    replay = f"/api/v1/mail-dead-letters/{letter['id']}/replay"
    assert api(Role.MANAGER).post(replay).status_code == 403
    assert admin.post(replay).status_code == 204
    assert len(house.references()) == 1
    assert admin.post(replay).json()["code"] == "already_replayed"
    assert admin.post(replay.replace(letter["id"], "x")).status_code == 404


def test_one_makes_ones_own_address_on_a_page_sees_it_once_and_revokes_it(
    house: House, browser: Client
) -> None:
    assert 'href="/account/mail"' in browser.get("/account").text
    made = sent(browser, "/account/mail")
    assert made.status_code in {200, 201}
    assert made.headers["cache-control"] == "no-store"
    to = made.text.partition("declare+")[2].partition("@")[0]
    address = f"declare+{to}@{DOMAIN}"
    assert house.answer(address, mail()) == 250
    page = browser.get("/account/mail").text
    assert to not in page
    revocation = page.partition('action="/account/mail/')[2].partition('"')[0]
    sent(browser, f"/account/mail/{revocation}")
    assert house.answer(address, mail(Message_ID="<later@x>")) == 550
    assert "You have none" in browser.get("/account/mail").text


def test_the_page_of_an_incident_leads_to_ones_own_address(house: House, browser: Client) -> None:
    reference = house.declared()
    place = f"/incidents/{reference}/mail"
    assert f'href="{place}"' in browser.get(f"/incidents/{reference}").text
    assert "Make my address" in browser.get(place).text
    assert sent(browser, place).status_code == 200
    to = house.incident_address(reference)
    page = browser.get(place)
    assert to in page.text
    assert page.headers["cache-control"] == "no-store"
    house.sent(to, mail(text="By page"))
    assert "By page" in browser.get(f"/incidents/{reference}").text
    assert to not in browser.get(f"/incidents/{reference}").text
    sent(browser, place, wish="anew")
    assert house.answer(to, mail()) == 550
    sent(browser, place, wish="close")
    assert "Make my address" in browser.get(place).text


def test_where_no_mail_is_taken_in_no_page_speaks_of_it(house: House, browser: Client) -> None:
    reference = house.declared()
    with TestClient(make_app(house.ledger, Settings(data_folder=house.chosen.data_folder))) as off:
        off.cookies.update(browser.cookies)
        assert "/account/mail" not in off.get("/account").text
        assert f"/incidents/{reference}/mail" not in off.get(f"/incidents/{reference}").text
        assert off.get("/account/mail").status_code == 409


def test_on_the_machine_addresses_are_made_listed_and_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_MAIL_IN_DOMAIN", DOMAIN)
    assert run(["init"]) == 0
    assert run(["user", "add", "ada@example.com", "--name", "Ada"]) == 0
    capsys.readouterr()
    assert run(["mail-address", "create", "--person", "ada@example.com"]) == 0
    made = capsys.readouterr().out.strip()
    assert made.startswith("declare+")
    assert run(["mail-address", "ls"]) == 0
    listed = capsys.readouterr().out
    assert "Ada" in listed
    assert made not in listed
    assert run(["mail-address", "revoke", listed.split()[0]]) == 0
    assert run(["mail-address", "letters"]) == 0
    assert run(["mail-address", "create"]) == 1
    assert run(["mail-address", "create", "--person", "bob@example.com"]) == 1
    assert run(["mail-address", "replay", "x"]) == 1
    monkeypatch.setenv("TOCSIN_MAIL_IN", "127.0.0.1:9")
    capsys.readouterr()
    assert run(["doctor"]) == 1
    assert "Nobody takes mail in at 127.0.0.1:9" in capsys.readouterr().out
