"""A deed on several incidents: nobody does to many what they may not do to one, or learns of more."""

from collections.abc import Generator

import pytest
from declaring import INCIDENTS, NOW, declare
from door import Client, client
from on_many import bulk, in_two_teams, outcomes

from tocsin.features.incidents.events.bulk import RowHandled
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


def test_nobody_is_put_in_command_of_what_they_may_not_see(ledger: Ledger, ada: Client) -> None:
    plain = declare(ledger, "Cards")
    hidden = declare(ledger, "Insider", restricted_to=("ada",))
    for dry_run in (True, False):
        done = bulk(ada, "assign", [plain, hidden], commander="eve", dry_run=dry_run)
        assert outcomes(done) == ["changed", "person_may_not_see"]


def test_a_mark_of_likeness_tells_nobody_of_an_incident_they_may_not_see(
    ledger: Ledger, ada: Client, eve: Client
) -> None:
    one, two = declare(ledger, "Cards"), declare(ledger, "Payouts")
    hidden = declare(ledger, "Insider", restricted_to=("ada",))
    done = bulk(ada, "merge", [one, hidden, two], other=two.lower())
    assert outcomes(done) == ["changed", "changed", "the_same_incident"]
    assert outcomes(bulk(ada, "merge", [one], other=hidden)) == ["other_restricted"]
    body = {"deed": "merge", "references": [one], "other": hidden}
    assert eve.post(f"{INCIDENTS}/bulk", json=body).json()["code"] == "unknown_incident"
    told = [row["text"] for row in ada.get(f"{INCIDENTS}/{one}/timeline").json()["items"]]
    assert told[-1] == "Ada marked it as perhaps the same as another incident."


def test_deeds_of_others_and_on_what_is_restricted_are_unknown(
    ledger: Ledger, ada: Client, eve: Client
) -> None:
    hidden = declare(ledger, "Insider", restricted_to=("ada",))
    done = bulk(ada, "acknowledge", [hidden])
    for method, path in (("GET", done["id"]), ("DELETE", done["id"]), ("GET", "nothing")):
        answer = eve.request(method, f"{INCIDENTS}/bulk/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_bulk")
    for dry_run in (True, False):
        there = bulk(eve, "acknowledge", [hidden], dry_run=dry_run)["results"][0]
        never = bulk(eve, "acknowledge", ["INC-2026-9999"], dry_run=dry_run)["results"][0]
        assert (there["code"], there["text"].replace(hidden, "X")) == (
            never["code"],
            never["text"].replace("INC-2026-9999", "X"),
        )
    kept = [e.event for e in ledger.after(-1, limit=999) if isinstance(e.event, RowHandled)]
    assert [event.incident for event in kept if event.refusal] == [None, None]


def test_whoever_may_only_look_does_nothing_to_many(ledger: Ledger) -> None:
    one = declare(ledger, "Cards")
    with client(ledger, "olga") as olga:
        for dry_run in (True, False):
            body = {"deed": "acknowledge", "references": [one], "dry_run": dry_run}
            assert olga.post(f"{INCIDENTS}/bulk", json=body).status_code == 403
