"""Papers of incidents, made or asked for over the API, and read back."""

from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from declaring import INCIDENTS, work
from door import Client
from pypdf import PdfReader

from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.paper import commands as paper
from tocsin.features.paper.port import Terms
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text

BERLIN = ZoneInfo("Europe/Berlin")


def write(ledger: Ledger, reference: str, text: str, **said: Any) -> int:
    """Write on a timeline as Ada; answers the version that made."""
    kind = said.pop("kind", NoteKind.NOTE)
    noted = Noted(kind=kind, text=Text(text), **said)
    return commands.note(work(ledger), reference, noted).shown.version


def taken(who: Client, reference: str, **asked: str) -> PdfReader:
    """The paper that somebody is given over the API."""
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
    """A paper made without a door."""
    done = paper.make(work_, terms or Terms(), reference, BERLIN)
    return PdfReader(BytesIO(done.body))
