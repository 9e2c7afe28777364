"""An incident file as one document: whole, for one viewer, provable, inert, in nobody's way."""

import threading
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from door import ROLES, Client, client
from pypdf import PdfReader

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.port import Terms as EvidenceTerms
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, Situated
from tocsin.features.incidents.commands import roles as roles_of
from tocsin.features.incidents.commands import tasks as tasks_of
from tocsin.features.incidents.events import AnchorStated, DecisionTaken, ImpactFactStated, Noted
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import (
    AnchorName,
    Basis,
    BulkDeed,
    ChangeRole,
    ImpactFact,
    Mode,
    NoteKind,
    Precision,
    RoleName,
)
from tocsin.features.paper import commands as paper
from tocsin.features.paper.port import Limits, Slots, Terms
from tocsin.features.people.events import Added
from tocsin.features.people.rows import PERSON
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import checkpoint, keys
from tocsin.ledger.entry import By
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime.features import aggregates
from tocsin.storage.database import Database

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
INCIDENTS = "/api/v1/incidents"
HOSTILE = (
    "#panic[gone] $x$ *bold* _em_ `raw` @ref <label> = head \\ // gone /* gone */ "
    '#import "@preview/x:1.0.0": * #read("/etc/passwd") <script>alert(1)</script>'
)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    made = found(database, keys.make(), clock, origin="test")
    with made.change(By(id="host", kind="host")) as change:
        for name in ROLES:
            words = {"email": Text(f"{name}@example.com"), "name": Text(name.title())}
            change.record(PERSON, name, [Added(role=ROLES[name], **words)])
    return made


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


def work(ledger: Ledger, name: str = "ada", role: Role = Role.MANAGER) -> UnitOfWork:
    return UnitOfWork(ledger, holding(role, By(id=name, kind="person"), name))


def declare(ledger: Ledger, title: str = "Cards refused", **said: Any) -> str:
    return commands.declare(work(ledger), Declaration(title=title, **said)).incident.reference


def write(ledger: Ledger, reference: str, text: str, **said: Any) -> int:
    kind = said.pop("kind", NoteKind.NOTE)
    noted = Noted(kind=kind, text=Text(text), **said)
    return commands.note(work(ledger), reference, noted).shown.version


def taken(who: Client, reference: str, **asked: str) -> PdfReader:
    answer = who.get(f"{INCIDENTS}/{reference}/paper", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    return PdfReader(BytesIO(answer.content))


def words_of(pdf: PdfReader) -> str:
    """All that stands in it, with no care for where lines end; nothing unseen is put between."""
    whole = "\n".join(page.extract_text() for page in pdf.pages)
    assert "\u200b" not in whole
    return " ".join(whole.split())


def made(work_: UnitOfWork, reference: str, terms: Terms | None = None) -> PdfReader:
    done = paper.make(work_, terms or Terms(), reference, BERLIN)
    return PdfReader(BytesIO(done.body))


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


def test_a_paper_is_tagged_titled_and_in_the_standards_for_keeping_and_reading_aloud(
    ledger: Ledger, ada: Client
) -> None:
    reference = declare(ledger)
    pdf = taken(ada, reference)
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert pdf.metadata is not None
    assert pdf.metadata.title == f"{reference} Cards refused"
    assert pdf.metadata.creation_date == NOW
    assert root["/Outlines"]["/First"]["/Title"] == reference


@pytest.mark.parametrize("mode", [Mode.DRILL, Mode.TRAINING])
def test_an_exercise_says_so_across_every_page(ledger: Ledger, ada: Client, mode: Mode) -> None:
    reference = declare(ledger, mode=mode)
    for number in range(60):
        write(ledger, reference, f"Note {number}: " + "it is the pool of connections. " * 5)
    pages = taken(ada, reference).pages
    assert len(pages) > 1
    for page in pages:
        assert page.extract_text().count(mode.value.upper()) >= 2
    assert "DRILL" not in words_of(taken(ada, declare(ledger)))


def test_nothing_that_people_wrote_is_markup(ledger: Ledger, ada: Client) -> None:
    reference = declare(ledger, title=HOSTILE, service="#pagebreak() cards")
    write(ledger, reference, HOSTILE)
    said = words_of(taken(ada, reference))
    plain = " ".join(HOSTILE.split())
    assert said.count(plain) == 2, "as the title, and as a note"
    assert "#pagebreak() cards" in said


def test_signs_that_hide_or_turn_text_are_spelled_out(ledger: Ledger, ada: Client) -> None:
    reference = declare(ledger)
    write(ledger, reference, "pay \u202ediap\u202c \u200bnow \x07 \ue000")
    said = words_of(taken(ada, reference))
    assert "pay ⟦202E⟧diap⟦202C⟧ ⟦200B⟧now ⟦7⟧ ⟦E000⟧" in said


def test_what_no_font_has_is_spelled_out_and_the_rest_stays(ledger: Ledger, ada: Client) -> None:
    reference = declare(ledger)
    write(ledger, reference, "Grüße, Привет, καλημέρα: \U0003106c stays")
    said = words_of(taken(ada, reference))
    assert "Grüße, Привет, καλημέρα: ⟦3106C⟧ stays" in said


def test_a_word_without_end_stays_on_the_paper(ledger: Ledger, ada: Client) -> None:
    reference = declare(ledger, service="W" * 150)
    write(ledger, reference, "W" * 3000)
    pdf = taken(ada, reference)
    lines = [line for page in pdf.pages for line in page.extract_text().splitlines()]
    widest = max(line.count("W") for line in lines)
    assert sum(line.count("W") for line in lines) >= 3150
    assert 40 < widest < 60, "as many as a line has room for"


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


def ledger_size(ledger: Ledger) -> int:
    return len(ledger.after(-1, 10_000))


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
    """In processor time, whoever else is at work on this machine; and its memory comes back."""
    reference = long_one(ledger, 5000)
    before, began = getrusage(RUSAGE_CHILDREN), process_time()
    pdf = made(work(ledger), reference)
    after = getrusage(RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    first, last = pdf.pages[0].extract_text(), pdf.pages[-2].extract_text()
    assert "A long night" in first
    assert "No. 4999:" in last + pdf.pages[-1].extract_text()
    assert len(pdf.pages) > 150
    assert took < 15, "in the press"
    assert process_time() - began < 20, "here, with reading the PDF for this test"
    assert after.ru_maxrss < 700_000, "kilobytes, in the press"


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
