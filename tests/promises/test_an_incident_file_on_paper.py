"""An incident file as one document: all that it holds, what was put right and what was erased."""

from collections.abc import Generator
from datetime import UTC, timedelta
from hashlib import sha256

import pytest
from declaring import INCIDENTS, NOW, declare, peopled, work
from door import Client, client
from on_paper import taken, words_of, write

from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.port import Terms as EvidenceTerms
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Situated
from tocsin.features.incidents.commands import roles as roles_of
from tocsin.features.incidents.commands import tasks as tasks_of
from tocsin.features.incidents.events import AnchorStated, DecisionTaken, ImpactFactStated
from tocsin.features.incidents.terms import (
    AnchorName,
    Basis,
    ChangeRole,
    ImpactFact,
    NoteKind,
    Precision,
    RoleName,
)
from tocsin.features.paper import commands as paper
from tocsin.features.paper.port import Limits
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger.entry import By
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.runtime.features import aggregates
from tocsin.storage.database import Database


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return peopled(database, clock)


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


def lived(ledger: Ledger, clock: SimulatedClock) -> str:
    """An incident in whose life everything occurs that a paper tells of."""
    reference, by = declare(ledger, severity=1, service="cards", team="payments"), work(ledger)
    commands.acknowledge(by, reference)
    roles_of.take_role(by, reference, role=RoleName.SCRIBE)
    roles_of.offer_role(by, reference, role=RoleName.DEPUTY, person="bea", note="")
    wrong = write(ledger, reference, "About 40% of payments fail.")
    place = commands.entry_at(by, reference, wrong)
    write(ledger, reference, "About 14% of payments fail.", corrects=place, basis=Basis.MEASURED)
    commands.mark_key_moment(by, reference, entry=wrong, wanted=True)
    write(ledger, reference, "We are looking into it.", kind=NoteKind.STATUS_UPDATE)
    decided = DecisionTaken(
        question=Text("Fail over?"),
        choice=Text("Fail over to Frankfurt"),
        authority="commander",
        alternatives=(Text("Wait"),),
    )
    commands.state(by, reference, decided)
    anchor = AnchorStated(
        anchor=AnchorName.AWARENESS.value, instant=NOW - timedelta(minutes=10), why=Text("A call"),
        precision=Precision.MINUTE, basis=Basis.TOLD, regime="DORA",
    )  # fmt: skip
    commands.state(by, reference, anchor)
    figure = ImpactFact(name="clients_affected", unit="clients", value=1200)
    stated = ImpactFactStated(
        fact=figure, source="billing query", occurred_at=NOW,
        precision=Precision.MINUTE, basis=Basis.MEASURED,
    )  # fmt: skip
    commands.state(by, reference, stated)
    tasks_of.add_task(by, reference, title="Call the bank", owner="bea", due=None)
    commands.mark_change(by, reference, change="cfg-8841", role=ChangeRole.CAUSE, note="")
    commands.state_situation(by, reference, Situated(happening="Cards are refused at night."))
    filing = evidence.admit(by, EvidenceTerms(), reference).begin()
    filing.add(b"pool full\n")
    evidence.attach(by, EvidenceTerms(), reference, filing.end(), evidence.About(name="pool.log"))
    clock.advance(timedelta(hours=1))
    commands.resolve(by, reference)
    return reference


def test_a_paper_holds_all_that_the_file_of_an_incident_holds(
    ledger: Ledger, ada: Client, clock: SimulatedClock
) -> None:
    reference = lived(ledger, clock)
    said = words_of(taken(ada, reference, zone="Europe/Berlin"))
    for expected in (
        "Cards refused", "Sev-1", "payments", "Cards are refused at night.",
        "Scribe Ada", "Deputy Bea asked", "Fail over to Frankfurt", "Instead of: Wait",
        "By authority of: commander", "Awareness DORA 2026-11-24 04:02:00 CET (03:02:00 UTC) Ada",
        "Clients affected 1200 clients", "billing query", "Call the bank Bea", "cfg-8841 Cause",
        "pool.log", sha256(b"pool full\n").hexdigest(), "We are looking into it.",
        "About 40% of payments fail.", "About 14% of payments fail.", "Key moment.",
        "Basis: measured.", "Resolved 2026-11-24 05:12:00 CET (04:12:00 UTC)", "Told outside None.",
    ):  # fmt: skip
        assert expected in said, expected


def test_what_was_put_right_stands_beside_what_puts_it_right(ledger: Ledger) -> None:
    reference = declare(ledger)
    wrong = write(ledger, reference, "At three")
    place = commands.entry_at(work(ledger), reference, wrong)
    write(ledger, reference, "At four", corrects=place)
    read = paper.read(work(ledger), reference, UTC, Limits())
    [timeline] = [one for one in read.sections if one.heading == "Timeline"]
    first, old, new = timeline.entries
    assert (first.struck, old.struck, new.struck) == (False, True, False)
    assert old.notes == ("Put right by no. 3.",)
    assert new.notes == ("Puts right no. 2, which said: At three",)


def test_what_runs_out_next_stands_beside_the_instants(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    reference, due = declare(ledger), NOW + timedelta(minutes=30)
    commands.state_situation(
        work(ledger), reference, Situated(happening="Cards fail.", next_update_at=due)
    )

    def clocks() -> list[str]:
        read = paper.read(work(ledger), reference, UTC, Limits())
        [instants] = [one for one in read.sections if one.heading == "Instants"]
        return [value for name, value in instants.facts if name == "Runs out next"]

    assert clocks() == ["2026-11-24 03:42:00 UTC: an update was promised"]
    clock.advance(timedelta(hours=1))
    assert clocks() == ["2026-11-24 03:42:00 UTC: an update was promised, and it is over"]
    commands.acknowledge(work(ledger), reference)
    commands.resolve(work(ledger), reference)
    assert clocks() == []


def test_what_was_erased_stands_as_erased(ledger: Ledger, ada: Client) -> None:
    reference = declare(ledger)
    write(ledger, reference, "Mrs Smith, Elm Road 4, called.")
    seq = ledger.after(-1, 10_000)[-1].seq
    why = WordsErased(parts=((seq, "text"),), approved_by="ada", reason=Text("asked for"))
    with ledger.change(By(id="ada", kind="person")) as change:
        erase(change, why.parts, why, aggregates())
    said = words_of(taken(ada, reference))
    assert "Smith" not in said
    assert "[erased]" in said


def test_a_zone_that_does_not_exist_is_refused(ledger: Ledger, ada: Client) -> None:
    answer = ada.get(f"{INCIDENTS}/{declare(ledger)}/paper", params={"zone": "Mars/Olympus"})
    assert (answer.status_code, answer.json()["code"]) == (400, "no_such_zone")
