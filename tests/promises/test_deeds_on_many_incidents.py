"""A deed on several incidents: each for itself, once however often it is sent, and undone together."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from declaring import INCIDENTS, NOW, declare, work
from door import Client, client
from on_many import bulk, in_two_teams, outcomes, shown
from random_events import Maker

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import BulkWish
from tocsin.features.incidents.events import Acknowledged, CommanderAppointed
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import BulkDeed
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.storage.database import Database


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return in_two_teams(database, clock)


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


def tags(who: Client) -> dict[str, list[str]]:
    return {row["reference"]: row["tags"] for row in who.get(f"{INCIDENTS}/").json()["items"]}


def test_a_preview_says_what_happens_to_each_and_nothing_happens(
    ledger: Ledger, ada: Client
) -> None:
    one, other = declare(ledger, "Cards"), declare(ledger, "Payouts")
    commands.acknowledge(work(ledger), other)
    over = declare(ledger, "Over")
    commands.acknowledge(work(ledger), over)
    commands.resolve(work(ledger), over)
    everything = [one, other, over, "INC-2026-9999"]
    tried = bulk(ada, "acknowledge", everything, dry_run=True)
    assert tried["id"] is None
    assert outcomes(tried) == ["changed", "unchanged", "already_resolved", "unknown_incident"]
    assert tried["results"][0]["text"] == "It is acknowledged."
    assert tried["can_be_undone"] is False
    assert shown(ada, one)["phase"] == "reported"
    assert outcomes(bulk(ada, "acknowledge", everything)) == outcomes(tried)


def test_a_refused_row_stops_no_other_and_each_is_a_change_of_its_own(
    ledger: Ledger, ada: Client
) -> None:
    one, two, three = (declare(ledger, f"No. {n}") for n in range(3))
    for reference in (one, three):
        commands.acknowledge(work(ledger), reference)
        commands.resolve(work(ledger), reference)
    done = bulk(ada, "close", [one, two, three], actionability="informational")
    assert outcomes(done) == ["changed", "not_resolved", "changed"]
    assert done["results"][1]["text"] == "This incident is reported. Resolve it first."
    assert [shown(ada, each)["phase"] for each in (one, two, three)] == [
        "closed",
        "reported",
        "closed",
    ]
    assert shown(ada, one)["actionability"] == "informational"


def test_the_same_request_sent_again_does_nothing_more(ledger: Ledger, ada: Client) -> None:
    several = [declare(ledger, f"No. {n}") for n in range(3)]
    first = bulk(ada, "acknowledge", several, key="once")
    size = len(ledger.after(-1, limit=10_000))
    assert bulk(ada, "acknowledge", several, key="once") == first
    assert len(ledger.after(-1, limit=10_000)) == size
    again = ada.post(
        f"{INCIDENTS}/bulk",
        json={"deed": "tag", "tag": "x", "references": several},
        headers={"idempotency-key": "once"},
    )
    assert again.json()["code"] == "idempotency_key_reused"


def test_what_broke_off_halfway_is_finished_by_sending_it_again(
    ledger: Ledger, ada: Client
) -> None:
    several = [declare(ledger, f"No. {n}") for n in range(3)]
    record = INCIDENT.evolve
    seen: list[object] = []

    def broken(state: Any, event: Any, on: Any) -> Any:
        seen.append(event)
        if isinstance(event, Acknowledged) and len(seen) == 2:
            raise RuntimeError("the process dies")
        return record(state, event, on)

    object.__setattr__(INCIDENT, "evolve", broken)
    try:
        body = {"deed": "acknowledge", "references": several}
        headers = {"idempotency-key": "once"}
        assert ada.post(f"{INCIDENTS}/bulk", json=body, headers=headers).status_code == 500
    finally:
        object.__setattr__(INCIDENT, "evolve", record)
    assert [shown(ada, each)["phase"] for each in several] == [
        "investigating",
        "reported",
        "reported",
    ]
    assert outcomes(bulk(ada, "acknowledge", several, key="once")) == ["changed"] * 3
    acknowledged = [entry for entry in ledger.after(-1) if isinstance(entry.event, Acknowledged)]
    assert len(acknowledged) == 3


def kinds(ledger: Ledger, reference: str) -> list[str]:
    return [entry.kind for entry in commands.timeline(work(ledger), reference)[1]]


def test_done_by_hand_and_by_many_is_the_same_in_the_record(ledger: Ledger) -> None:
    one, two = declare(ledger, "Cards"), declare(ledger, "Payouts")
    commands.acknowledge(work(ledger), one)
    wish = BulkWish(deed=BulkDeed.ACKNOWLEDGE, references=(two,))
    commands.carry_out(work(ledger), wish)
    assert kinds(ledger, one) == kinds(ledger, two)


def test_tags_are_put_on_found_by_and_undone_together(ledger: Ledger, ada: Client) -> None:
    one, two = declare(ledger, "Cards"), declare(ledger, "Payouts")
    bulk(ada, "tag", [one], tag="old")
    done = bulk(ada, "tag", [one, two], tag=" #Vendor-X ")
    assert tags(ada) == {one: ["old", "vendor-x"], two: ["vendor-x"]}
    found_by = ada.get(f"{INCIDENTS}/", params={"tag": "Vendor-X"}).json()["items"]
    assert {row["reference"] for row in found_by} == {one, two}
    undone = ada.delete(f"{INCIDENTS}/bulk/{done['id']}").json()
    assert [row["undone"] for row in undone["results"]] == [True, True]
    assert tags(ada) == {one: ["old"], two: []}
    assert ada.delete(f"{INCIDENTS}/bulk/{done['id']}").json() == undone
    off = bulk(ada, "untag", [one, two], tag="old")
    assert outcomes(off) == ["changed", "unchanged"]
    ada.delete(f"{INCIDENTS}/bulk/{off['id']}")
    assert tags(ada) == {one: ["old"], two: []}


def test_undoing_gives_command_back_unless_somebody_else_has_it_by_now(
    ledger: Ledger, ada: Client
) -> None:
    nobody, bea, later = (declare(ledger, f"No. {n}") for n in range(3))
    commands.appoint(work(ledger), bea, commander="bea")
    done = bulk(ada, "assign", [nobody, bea, later], commander="eve")
    commands.appoint(work(ledger), later, commander="olga")
    undone = ada.delete(f"{INCIDENTS}/bulk/{done['id']}").json()
    assert outcomes(undone) == ["changed", "changed", "changed_meanwhile"]
    assert [row["undone"] for row in undone["results"]] == [True, True, False]
    leads = [shown(ada, each)["commander"] for each in (nobody, bea, later)]
    assert [one and one["id"] for one in leads] == [None, "bea", "olga"]
    given = [e for e in ledger.after(-1, limit=999) if isinstance(e.event, CommanderAppointed)]
    assert len(given) == 6


def test_undoing_lasts_a_minute_and_some_things_cannot_be_undone(
    ledger: Ledger, ada: Client, clock: SimulatedClock
) -> None:
    one = declare(ledger, "Cards")
    done = bulk(ada, "tag", [one], tag="x")
    clock.advance(timedelta(seconds=61))
    assert ada.delete(f"{INCIDENTS}/bulk/{done['id']}").json()["code"] == "too_late_to_undo"
    seen = bulk(ada, "acknowledge", [one])
    assert seen["can_be_undone"] is False
    assert ada.delete(f"{INCIDENTS}/bulk/{seen['id']}").json()["code"] == "cannot_be_undone"
    assert tags(ada) == {one: ["x"]}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"deed": "tag", "tag": "two words"}, "bad_tag"),
        ({"deed": "tag"}, "tag_missing"),
        ({"deed": "assign", "commander": "nobody"}, "no_such_person"),
        ({"deed": "close"}, "actionability_missing"),
        ({"deed": "merge", "other": "INC-2026-9999"}, "unknown_incident"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_what_holds_for_no_row_is_refused_as_a_whole(
    ledger: Ledger, ada: Client, said: dict[str, Any], code: str, *, dry_run: bool
) -> None:
    one = declare(ledger, "Cards")
    body = {"references": [one], "dry_run": dry_run} | said
    assert ada.post(f"{INCIDENTS}/bulk", json=body).json()["code"] == code
    assert shown(ada, one)["phase"] == "reported"


def test_erased_tags_are_no_tags_and_the_rest_stays() -> None:
    from tocsin.features.incidents.events import Declared, TagAdded  # noqa: PLC0415 - only here
    from tocsin.features.incidents.evolution import evolve  # noqa: PLC0415 - only here
    from tocsin.features.incidents.rows.tags import names_of  # noqa: PLC0415 - only here
    from tocsin.ledger.entry import Recorded  # noqa: PLC0415 - only here
    from tocsin.ledger.words import ERASED  # noqa: PLC0415 - only here

    on = Recorded(seq=1, at=NOW, by=By(id="ada", kind="person"))
    state = evolve(None, Maker(1).event(Declared), on)
    for tag in (Text("a"), ERASED):
        state = evolve(state, TagAdded(tag=tag), on)
    assert names_of(state) == ("a",)
