"""A paper says who saw it, when, and where the ledger stood; the ledger knows it by its digest."""

from collections.abc import Generator
from hashlib import sha256
from io import BytesIO

import pytest
from declaring import INCIDENTS, NOW, declare, peopled, work
from door import ROLES, Client, client
from on_paper import made, taken, words_of, write
from pypdf import PdfReader

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.terms import BulkDeed
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import checkpoint
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.storage.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return peopled(database, SimulatedClock(NOW))


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


def test_every_page_says_whose_eyes_saw_it_when_and_where_the_ledger_stood(
    ledger: Ledger, ada: Client
) -> None:
    reference = declare(ledger)
    for number in range(90):
        write(ledger, reference, f"Note {number}: " + "it is the pool of connections. " * 5)
    pdf = taken(ada, reference)
    assert len(pdf.pages) > 2
    for number, page in enumerate(pdf.pages, 1):
        said = " ".join(page.extract_text().split())
        assert f"{reference} · seen by Ada (manager) · 2026-11-24 03:12 UTC · ledger root " in said
        assert f"{number} / {len(pdf.pages)}" in said
        assert "ledger position" not in said


def test_only_whoever_may_read_the_ledger_is_told_its_position(ledger: Ledger) -> None:
    reference = declare(ledger)
    note = checkpoint.make(ledger)
    assert note is not None
    said = words_of(made(work(ledger, "tim", Role.ADMIN), reference))
    assert f"ledger position {len(ROLES)}, ledger root " in said
    assert " ".join(note.split())[:60] in said
    assert sha256(note.encode()).hexdigest() in said


def ledger_size(ledger: Ledger) -> int:
    return len(ledger.after(-1, 10_000))


def test_what_is_restricted_is_unknown_on_paper_too(ledger: Ledger, ada: Client) -> None:
    secret = declare(ledger, "Privileged session", restricted_to=("ada",))
    before = ledger_size(ledger)
    with client(ledger, "eve") as eve:
        hidden = eve.get(f"{INCIDENTS}/{secret}/paper")
        nothing = eve.get(f"{INCIDENTS}/RES-2026-9999/paper")
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert hidden.text.replace(secret, "X") == nothing.text.replace("RES-2026-9999", "X")
    assert ledger_size(ledger) == before
    assert "Visible to Ada" in words_of(taken(ada, secret))


def test_whoever_may_see_no_incidents_gets_no_paper(ledger: Ledger) -> None:
    reference = declare(ledger)
    with client(ledger, "tim") as tim:
        answer = tim.get(f"{INCIDENTS}/{reference}/paper")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_another_incident_that_may_be_the_same_is_named_to_whom_it_may_be(
    ledger: Ledger, ada: Client
) -> None:
    one = declare(ledger)
    other = declare(ledger, "Insider at the bank")
    wish = commands.BulkWish(deed=BulkDeed.MERGE, references=(one,), other=other)
    commands.carry_out(work(ledger), wish)
    commands.restrict(work(ledger), other, named=(), reason="It is a breach.")
    assert "Insider at the bank" in words_of(taken(ada, one))
    with client(ledger, "eve") as eve:
        assert "Insider" not in words_of(taken(eve, one))


def test_the_ledger_knows_the_file_by_its_digest(ledger: Ledger, ada: Client) -> None:
    reference = declare(ledger)
    body = ada.get(f"{INCIDENTS}/{reference}/paper").content
    entry = ledger.after(-1, 10_000)[-1]
    assert (entry.kind, entry.by.id) == ("paper.made", "ada")
    assert entry.event.sha256 == sha256(body).hexdigest()
    assert (entry.event.size, entry.event.entries) == (len(body), 1)
    assert entry.event.root in words_of(PdfReader(BytesIO(body)))


def test_a_token_makes_papers_under_its_own_name(ledger: Ledger) -> None:
    reference = declare(ledger)
    token = UnitOfWork(ledger, holding(Role.OBSERVER, By(id="t1", kind="token"), None))
    assert "seen by t1 (observer)" in words_of(made(token, reference))
