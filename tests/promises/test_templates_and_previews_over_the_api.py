"""Templates, severity criteria, what is over and what would happen, for programs."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import pytest
from door import Client, actor, client

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.playbooks import commands as playbooks
from tocsin.features.playbooks.terms import Template
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"
CARDS = Template(services=("cards",), title="Cards: {title}", severity=2, asks=("Region",))


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    made = found(database, keys.make(), clock, origin="test")
    playbooks.write_template(UnitOfWork(made, TOCSIN), "cards", CARDS)
    return made


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


def previewed(who: Client, **said: Any) -> Any:
    answer = who.post(f"{INCIDENTS}/preview", json={"title": "card payments failing"} | said)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_templates_are_read_by_whoever_sees_incidents_and_written_by_few(
    ledger: Ledger, ada: Client
) -> None:
    [one] = ada.get("/api/v1/templates", params={"service": "CARDS"}).json()["items"]
    assert (one["name"], one["version"], one["severity"]) == ("cards", 1, 2)
    assert ada.get("/api/v1/templates", params={"service": "pos"}).json()["items"] == []
    assert ada.get("/api/v1/templates/cards").json() == one
    assert ada.get("/api/v1/templates/nothing").status_code == 404
    assert ada.put("/api/v1/templates/cards", json={}).status_code == 403
    assert ada.delete("/api/v1/templates/cards").status_code == 403
    assert ada.put("/api/v1/severity-criteria", json={"levels": []}).status_code == 400
    shipped = ada.get("/api/v1/severity-criteria").json()
    assert (len(shipped["levels"]), shipped["is_shipped"]) == (4, True)
    with client(ledger, "tim") as auditor:
        assert auditor.get("/api/v1/templates").status_code == 403


def test_an_incident_says_with_which_template_it_was_declared(ada: Client) -> None:
    said = {"title": "refused", "template": "cards", "answers": {"Region": "EU"}}
    made = ada.post(INCIDENTS, json=said)
    assert made.status_code == 201, made.text
    it = made.json()
    assert (it["title"], it["severity"], it["service"]) == ("Cards: refused", 2, "cards")
    assert (it["template"], it["template_version"]) == ("cards", 1)
    for wrong in ({"template": "nothing"}, {"template": "cards", "answers": {"Shoe": "44"}}):
        assert ada.post(INCIDENTS, json={"title": "x"} | wrong).status_code == 400


def test_what_is_over_is_declared_once_however_often_it_is_asked(ada: Client) -> None:
    over = {"impact_ended": "2026-11-24T02:00:00Z", "actionability": "real"}
    said = {"title": "Batch", "impact_began": "2026-11-24T01:00:00Z", "over": over}
    key = {"idempotency-key": "once-0123456789"}
    first, second = (ada.post(INCIDENTS, json=said, headers=key).json() for _ in range(2))
    assert first["reference"] == second["reference"]
    assert (first["mode"], first["phase"]) == ("retrospective", "closed")
    wrong = ada.post(INCIDENTS, json={"title": "x", "over": {}})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "began_missing")


def test_a_preview_says_what_would_be_declared_and_declares_nothing(
    ledger: Ledger, ada: Client
) -> None:
    before = len(ledger.after(-1, limit=999))
    seen = previewed(ada, template="cards")
    assert (seen["title"], seen["severity"]) == ("Cards: card payments failing", 2)
    assert seen["suggestion"]["reasons"] == [
        "“failing” speaks for Sev-2",
        "the template cards says Sev-2",
    ]
    assert [one["effect"] for one in seen["foreseen"]] == ["recorded", "prepared", "seen", "paged"]
    assert previewed(ada, over={})["mode"] == "retrospective"
    assert len(ledger.after(-1, limit=999)) == before
    with client(ledger, "olga") as observer:
        answer = observer.post(f"{INCIDENTS}/preview", json={"title": "x"})
        assert answer.status_code == 403


def test_a_preview_knows_what_its_viewer_may_see_and_no_more(ledger: Ledger, ada: Client) -> None:
    hidden = Declaration(title="Card payments failing", restricted_to=("ada",))
    commands.declare(UnitOfWork(ledger, actor("ada")), hidden)
    open_ = ada.post(INCIDENTS, json={"title": "Card payments failing"}).json()["reference"]
    assert len(previewed(ada)["known"]) == 2
    with client(ledger, "eve") as eve:
        [only] = previewed(eve)["known"]
    assert (only["reference"], only["is_likely"]) == (open_, True)
    assert "“card”, “payments” and “failing” stand in its title" in only["reasons"]
