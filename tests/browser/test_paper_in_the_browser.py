"""An incident file in a real browser: read without script, printed with a foot on each sheet, saved."""

from io import BytesIO
from pathlib import Path

from barriers import TWO_LOOKS, barriers
from browsing import HOSTILE, Served, Visit
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import Mode, NoteKind
from tocsin.ledger.words import Text


def sheets(page: Page) -> list[str]:
    """The text of each sheet that the browser would print."""
    printed = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    return [" ".join(sheet.extract_text().split()) for sheet in printed.pages]


def noted(served: Served, reference: str, count: int) -> None:
    for number in range(count):
        text = Text(
            f"Note {number}: the pool is full, and we watch what the others say of it. " * 3
        )
        commands.note(served.work("Rex"), reference, Noted(kind=NoteKind.NOTE, text=text))


@TWO_LOOKS
def test_it_is_read_on_a_page_that_anybody_can_use(
    served: Served, visit: Visit, theme: str, width: int
) -> None:
    path = f"/incidents/{served.incidents['main']}/paper"
    page = visit(served, path, theme=theme, width=width)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Card payments failing")
    assert barriers(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "the page goes on beside the screen"


def test_it_works_without_script_and_is_a_click_away(served: Served, visit: Visit) -> None:
    reference = served.incidents["main"]
    page = visit(served, f"/incidents/{reference}", script=False)
    page.get_by_role("link", name="On paper").click()
    main = page.locator("main")
    expect(main).to_contain_text(HOSTILE)
    for said in ("About 14% fail.", "cfg-8841", "Key moment.", "Root of the ledger then"):
        expect(main).to_contain_text(said)
    expect(main.locator("del", has_text="About 40% of payments fail.")).to_be_visible()
    expect(main.locator(".foot")).to_contain_text(f"{reference} · seen by Rex (responder) · ")
    page.get_by_role("link", name="Back to the incident").click()
    expect(page).to_have_url(f"{served.url}/incidents/{reference}")


def test_every_printed_sheet_carries_the_foot_and_nothing_of_the_frame(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("A long night")
    noted(served, reference, 40)
    printed = sheets(visit(served, f"/incidents/{reference}/paper", theme="dark"))
    assert len(printed) > 2
    for sheet in printed:
        assert f"{reference} · seen by Rex (responder) · " in sheet
        assert "ledger root" in sheet
        assert "Sign out" not in sheet
        assert "Back to the incident" not in sheet
    assert "Note 39:" in " ".join(printed)


def test_every_printed_sheet_of_an_exercise_says_so(served: Served, visit: Visit) -> None:
    said = Declaration(title="Fail over, for practice", mode=Mode.DRILL)
    reference = commands.declare(served.work("Rex"), said).incident.reference
    noted(served, reference, 30)
    printed = sheets(visit(served, f"/incidents/{reference}/paper"))
    assert len(printed) > 1
    assert all("DRILL" in sheet for sheet in printed)


def test_the_pdf_is_saved_from_the_page(served: Served, visit: Visit, tmp_path: Path) -> None:
    reference = served.incidents["main"]
    page = visit(served, f"/incidents/{reference}/paper")
    with page.expect_download() as coming:
        page.get_by_role("link", name="PDF", exact=True).click()
    assert coming.value.suggested_filename == f"{reference}.pdf"
    coming.value.save_as(tmp_path / "file.pdf")
    pdf = PdfReader(tmp_path / "file.pdf")
    assert "seen by Rex (responder)" in pdf.pages[0].extract_text().replace("\u200b", "")
    entry = served.ledger.after(-1, 10_000)[-1]
    assert (entry.kind, entry.by.id) == ("paper.made", served.people["Rex"])


def test_whoever_may_not_see_it_is_told_that_there_is_nothing(served: Served, visit: Visit) -> None:
    for path in (
        f"/incidents/{served.incidents['secret']}/paper",
        "/incidents/RES-2026-9999/paper",
    ):
        page = visit(served, path)
        expect(page.locator("main")).to_contain_text("There is nothing here")
        answer = page.request.get(f"{served.url}{path}.pdf")
        assert answer.status == 404
