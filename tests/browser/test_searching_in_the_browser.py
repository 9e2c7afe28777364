"""Searching in a real browser: from the palette by keyboard, and on a page that needs no script."""

import re

import pytest
from barriers import TWO_LOOKS, barriers
from browsing import HOSTILE, Served, Visit
from playwright.sync_api import expect

from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.ledger.words import Text


@pytest.fixture(scope="module")
def reference(served: Served) -> str:
    """An incident with an entry to be found."""
    rex, made = served.work("Rex"), served.declare("Acquirer B slow")
    note = Noted(kind=NoteKind.FINDING, text=Text(f"Ledger pool in Zürich is exhausted {HOSTILE}"))
    commands.state(rex, made, note)
    return made


def test_the_palette_finds_what_was_written_and_opens_it(
    served: Served, visit: Visit, reference: str
) -> None:
    page = visit(served, "/incidents")
    page.keyboard.press("Control+K")
    page.keyboard.type("exhaus")
    first = page.locator("#cmds [role=option]").first
    expect(first).to_contain_text(reference)
    expect(first.locator("mark")).to_have_text("exhausted")
    expect(page.get_by_role("option", name=re.compile("All that is found"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.url}/incidents/{reference}")


@pytest.mark.usefixtures("reference")
def test_the_palette_leads_to_all_that_is_found(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents")
    page.keyboard.press("Control+K")
    page.keyboard.type('zurich "ledger pool"')
    every = page.get_by_role("option", name='All that is found for zurich "ledger pool"')
    expect(every).to_be_visible()
    every.click()
    expect(page.get_by_role("link", name="Acquirer B slow")).to_be_visible()
    assert page.locator("mark").all_inner_texts() == ["Ledger pool", "Zürich"]


def test_the_palette_says_nothing_of_what_is_restricted(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents")
    page.keyboard.press("Control+K")
    page.keyboard.type("privileged session")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()


def test_the_palette_still_runs_commands_and_goes_to_places(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents")
    page.keyboard.press("Control+K")
    page.keyboard.type("alerts")
    expect(page.get_by_role("option", name=re.compile("^Alerts"))).to_be_visible()


@pytest.mark.usefixtures("reference")
@TWO_LOOKS
def test_the_page_is_accessible(served: Served, visit: Visit, theme: str, width: int) -> None:
    for path in ("/search", "/search?q=zurich", "/search?q=qqqq", "/search?q=sev:9"):
        page = visit(served, path, theme=theme, width=width)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_works_without_script(served: Served, visit: Visit, reference: str) -> None:
    page = visit(served, "/incidents", script=False)
    page.locator("#palette-open").click()
    page.get_by_label("Words and filters").fill("exhausted state:open")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Acquirer B slow")).to_be_visible()
    expect(page.locator(".found li")).to_have_count(1)
    page.get_by_role("link", name="Acquirer B slow").click()
    expect(page).to_have_url(f"{served.url}/incidents/{reference}")
