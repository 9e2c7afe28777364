"""A paper is tagged for reading aloud, marked where it is an exercise, and no word on it is markup."""

from collections.abc import Generator
from typing import Any

import pytest
from declaring import NOW, declare, peopled
from door import Client, client
from on_paper import taken, words_of, write

from tocsin.features.incidents.terms import Mode
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger.ledger import Ledger
from tocsin.storage.database import Database

HOSTILE = (
    "#panic[gone] $x$ *bold* _em_ `raw` @ref <label> = head \\ // gone /* gone */ "
    '#import "@preview/x:1.0.0": * #read("/etc/passwd") <script>alert(1)</script>'
)


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return peopled(database, SimulatedClock(NOW))


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


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
