"""Saved views: for oneself, for a team or for everybody, and unknown to all others."""

from collections.abc import Generator
from typing import Any

import pytest
from declaring import INCIDENTS, NOW, work
from door import Client, client
from on_many import in_two_teams

from tocsin.access.policy import Role
from tocsin.features.incidents import commands
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger.ledger import Ledger
from tocsin.storage.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return in_two_teams(database, SimulatedClock(NOW))


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


@pytest.fixture
def eve(ledger: Ledger) -> Generator[Client]:
    with client(ledger, "eve") as made:
        yield made


def names_seen(who: Client) -> list[str]:
    return sorted(view["name"] for view in who.get(f"{INCIDENTS}/views").json()["items"])


def save(who: Client, name: str, **said: Any) -> Any:
    return who.post(f"{INCIDENTS}/views", json={"name": name} | said)


def test_a_view_is_seen_by_those_it_was_saved_for(ledger: Ledger, ada: Client, eve: Client) -> None:
    with client(ledger, "bea") as bea:
        mine = save(bea, "Mine", query="view=mine&severity=1&sort=need").json()
        assert mine["query"] == "view=mine&severity=1"
        save(bea, "Ours", audience="team", team="payments")
        save(bea, "All", audience="everybody")
        assert names_seen(bea) == ["All", "Mine", "Ours"]
        assert names_seen(eve) == names_seen(ada) == ["All"]
        for method, body in (("PATCH", {"name": "X"}), ("DELETE", None)):
            answer = eve.request(method, f"{INCIDENTS}/views/{mine['id']}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown_view")
        assert save(bea, "Theirs", audience="team", team="security").status_code == 403
        assert save(bea, "None", audience="team", team="x").json()["code"] == "no_such_team"
        assert save(bea, "None", audience="team").json()["code"] == "team_missing"
        assert save(bea, " ").json()["code"] == "name_missing"
        assert save(bea, "Odd", query="severity=9").json()["code"] == "no_such_filter"
        assert bea.patch(f"{INCIDENTS}/views/{mine['id']}", json={"name": "My own"}).is_success
        assert names_seen(bea) == ["All", "My own", "Ours"]
        assert bea.delete(f"{INCIDENTS}/views/{mine['id']}").status_code == 204
        assert names_seen(bea) == ["All", "Ours"]
        assert bea.delete(f"{INCIDENTS}/views/{mine['id']}").status_code == 404


def test_only_whoever_saved_a_shared_view_or_an_admin_deletes_it(
    ledger: Ledger, ada: Client, eve: Client
) -> None:
    shared = save(ada, "All", audience="everybody").json()["id"]
    assert eve.delete(f"{INCIDENTS}/views/{shared}").status_code == 403
    private = save(ada, "Mine").json()["id"]
    admin = work(ledger, "root", Role.ADMIN)
    commands.delete_view(admin, shared)
    with pytest.raises(Exception, match="There is no view"):
        commands.delete_view(admin, private)
    assert names_seen(ada) == ["Mine"]


def test_whoever_may_only_look_keeps_views_for_themselves_alone(ledger: Ledger) -> None:
    with client(ledger, "olga") as olga:
        assert save(olga, "Mine").is_success
        assert save(olga, "All", audience="everybody").status_code == 403
