"""Papers that are long, slow or asked for at once: made in bounded time, or refused in words."""

import threading
from datetime import UTC
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time

import pytest
from declaring import NOW, declare, peopled, work
from on_paper import made, write
from pypdf import PdfReader

from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.paper import commands as paper
from tocsin.features.paper.port import Limits, Slots, Terms
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.storage.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return peopled(database, SimulatedClock(NOW))


def long_one(ledger: Ledger, entries: int) -> str:
    reference = declare(ledger, "A long night")
    note = "The pool of connections is full; we fail over and watch what the others say of it."
    for start in range(0, entries, 500):
        with ledger.change(By(id="ada", kind="person")) as change:
            id_ = next(row.id for row in commands.listed(work(ledger)))
            events = [
                Noted(kind=NoteKind.NOTE, text=Text(f"No. {start + number}: {note}"))
                for number in range(min(500, entries - start))
            ]
            change.record(INCIDENT, id_, events)
    return reference


def test_five_thousand_entries_are_one_document_in_bounded_time(ledger: Ledger) -> None:
    """In processor time, whoever else is at work here, and in a third of the memory it may have."""
    reference = long_one(ledger, 5000)
    before, began = getrusage(RUSAGE_CHILDREN), process_time()
    pdf = made(work(ledger), reference, Terms(limits=Limits(memory_bytes=700_000_000)))
    after = getrusage(RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    first, last = pdf.pages[0].extract_text(), pdf.pages[-2].extract_text()
    assert "A long night" in first
    assert "No. 4999:" in last + pdf.pages[-1].extract_text()
    assert len(pdf.pages) > 150
    assert took < 15, "in the press"
    assert process_time() - began < 20, "here, with reading the PDF for this test"


def test_what_is_too_long_is_refused_in_words(ledger: Ledger) -> None:
    reference = declare(ledger)
    for number in range(3):
        write(ledger, reference, f"Note {number}")
    for limits in (Limits(entries=3), Limits(text_bytes=2000), Limits(memory_bytes=60_000_000)):
        with pytest.raises(Refused, match=r"too long for one document|more time or memory") as no:
            paper.make(work(ledger), Terms(limits=limits), reference, UTC)
        assert no.value.code == "too_long_for_paper"
    assert all(entry.kind != "paper.made" for entry in ledger.after(-1, 10_000))


def test_a_document_that_takes_too_long_is_given_up(ledger: Ledger) -> None:
    reference = declare(ledger)
    with ledger.change(By(id="ada", kind="person")) as change:
        id_ = next(row.id for row in commands.listed(work(ledger)))
        long = Text("The pool of connections is full. " * 3000)
        change.record(INCIDENT, id_, [Noted(kind=NoteKind.NOTE, text=long)] * 120)
    began = process_time()
    with pytest.raises(Refused, match="more time or memory"):
        paper.make(work(ledger), Terms(limits=Limits(seconds=1)), reference, UTC)
    assert process_time() - began < 10


def test_two_are_made_at_once_and_a_third_is_told_to_come_back(ledger: Ledger) -> None:
    reference = declare(ledger)
    terms = Terms(slots=Slots(2))
    done: list[PdfReader] = []
    threads = [
        threading.Thread(target=lambda: done.append(made(work(ledger), reference, terms)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    with terms.slots.one(), terms.slots.one(), pytest.raises(Refused) as no:
        paper.make(work(ledger), terms, reference, UTC)
    assert (no.value.code, no.value.retry_after_seconds) == ("rate_limited", 10)
    made(work(ledger), reference, terms)
