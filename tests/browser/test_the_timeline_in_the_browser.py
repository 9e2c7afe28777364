"""The situation and the timeline in a real browser: by key, without script, on a phone, for everybody."""

import re
from collections.abc import Generator

import pytest
from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit
from playwright.sync_api import expect

from tocsin.access.policy import Audience, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.people import commands as people
from tocsin.ledger.entry import By
from tocsin.ledger.words import Text
from tocsin.runtime.opening import host_work

PLACES = {
    "key moments": "/incidents/{main}?show=key-moments",
    "situations": "/incidents/{main}?show=situation",
    "none of the sort": "/incidents/{new}?show=decisions",
    "around an entry": "/incidents/{main}?at=2",
    "phone with a situation": "/page/{main}",
}


@TWO_LOOKS
@pytest.mark.parametrize("name", PLACES)
def test_it_is_for_everybody(
    served: Served, visit: Visit, name: str, width: int, theme: str
) -> None:
    page = visit(served, PLACES[name].format(**served.incidents), width=width, theme=theme)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_m_marks_the_entry_that_has_the_focus_and_no_other(served: Served, visit: Visit) -> None:
    reference = served.declare("Slow pages")
    note = Noted(kind=NoteKind.NOTE, text=Text("The turning point"))
    commands.note(served.work("Rex"), reference, note)
    page = visit(served, f"/incidents/{reference}")
    page.keyboard.press("m")
    page.keyboard.press("j")
    expect(page.locator("#entry-2")).to_be_focused()
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile(r"#entry-2$"))
    expect(page.locator("#entry-2").get_by_text("Key moment", exact=True)).to_be_visible()
    expect(page.locator("#entry-1").get_by_text("Key moment", exact=True)).to_have_count(0)
    expect(page.locator("#entry-2")).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator("#entry-2").get_by_text("Key moment", exact=True)).to_have_count(0)


def test_the_situation_is_stated_without_script(served: Served, visit: Visit) -> None:
    reference = served.declare("Slow pages")
    page = visit(served, f"/incidents/{reference}", script=False)
    page.get_by_role("button", name="State it").first.click()
    page.get_by_label("What is happening").fill("Pages need 9 s.\nOnly in the evening.")
    page.get_by_role("dialog").get_by_role("button", name="State it").click()
    card = page.locator("#situation-card")
    expect(card).to_contain_text("Pages need 9 s.")
    expect(card).to_contain_text("Rex")
    expect(page.locator("#entry-2")).to_contain_text("Only in the evening.")


def test_nobodys_situation_is_written_over_unread(served: Served, visit: Visit) -> None:
    reference = served.declare("Slow pages")
    page = visit(served, f"/incidents/{reference}")
    page.get_by_role("button", name="State it").first.click()
    page.get_by_label("What we believe").fill("The cache")
    theirs = commands.Situated(belief="The network")
    commands.state_situation(served.work("Ada"), reference, theirs)
    dialog = page.get_by_role("dialog", name="State the situation")
    dialog.get_by_role("button", name="State it").click()
    expect(dialog).to_contain_text("Somebody stated the situation meanwhile.")
    expect(page.get_by_label("What we believe")).to_have_value("The cache")
    expect(page.locator("#situation-card")).to_contain_text("The network")
    dialog.get_by_role("button", name="State it").click()
    expect(page.locator("#situation-card")).to_contain_text("The cache")


def test_a_key_moment_is_marked_without_script(served: Served, visit: Visit) -> None:
    reference = served.declare("Slow pages")
    page = visit(served, f"/incidents/{reference}", script=False)
    page.get_by_role("button", name="Mark this entry as a key moment").click()
    expect(page.locator("#entry-1").get_by_text("Key moment", exact=True)).to_be_visible()
    page.get_by_role("link", name="Key moments").click()
    expect(page.locator(".timeline > li")).to_have_count(1)


def test_the_writer_is_told_who_may_not_see_it(served: Served, visit: Visit) -> None:
    page = visit(served, f"/incidents/{served.incidents['main']}")
    page.get_by_label("Timeline entry").fill("@Olga and @Tim, please look")
    page.locator("#write").get_by_role("button", name="Add").click()
    told = page.locator("#mentioned")
    expect(told).to_contain_text("Your note mentions Olga, Tim.")
    expect(told.locator("b")).to_have_text("Tim")


@pytest.fixture
def in_legal(served: Served) -> Generator[None]:
    """Rex is in the audience legal, for as long as a test lasts."""
    host = host_work(served.ledger)
    people.admit(host, "legal", served.people["Rex"])
    yield
    people.dismiss(host, "legal", served.people["Rex"])


@pytest.mark.parametrize("script", [True, False])
def test_one_writes_for_an_audience_and_nobody_else_sees_it(
    served: Served, visit: Visit, in_legal: None, script: bool
) -> None:
    assert in_legal is None
    reference = served.declare("Slow pages")
    page = visit(served, f"/incidents/{reference}", script=script)
    page.get_by_label("Timeline entry").fill("Counsel knows of it")
    page.get_by_label("For whom").select_option(label="Legal only")
    page.get_by_role("button", name="Add", exact=False).first.click()
    entry = page.locator("#entry-legal-1")
    expect(entry).to_contain_text("Counsel knows of it")
    expect(entry.get_by_text("Legal only")).to_be_visible()
    expect(page.get_by_label("For whom")).to_have_value("")
    other = visit(served, f"/incidents/{reference}", who="Ada", script=script)
    expect(other.locator(".timeline")).to_contain_text("declared")
    expect(other.get_by_text("Counsel knows of it")).to_have_count(0)
    expect(other.get_by_label("For whom")).to_have_count(0)


@TWO_LOOKS
def test_what_is_for_an_audience_is_for_everybody_in_it(
    served: Served, visit: Visit, in_legal: None, width: int, theme: str
) -> None:
    assert in_legal is None
    reference, rex = served.declare("Slow pages"), served.people["Rex"]
    by = By(id=rex, kind="person")
    work = UnitOfWork(served.ledger, holding(Role.RESPONDER, by, rex, [Audience.LEGAL]))
    said = Noted(kind=NoteKind.FINDING, text=Text("Counsel knows"), audience=Audience.LEGAL)
    commands.note(work, reference, said)
    for address in (f"/incidents/{reference}", f"/incidents/{reference}?correct=legal-1"):
        page = visit(served, address, width=width, theme=theme)
        expect(page.get_by_text("Legal only").first).to_be_attached()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_draft_for_an_audience_that_one_left_is_not_offered_to_everybody(
    served: Served, visit: Visit
) -> None:
    host, rex = host_work(served.ledger), served.people["Rex"]
    reference = served.declare("Slow pages")
    people.admit(host, "legal", rex)
    try:
        page = visit(served, f"/incidents/{reference}")
        page.get_by_label("For whom").select_option(label="Legal only")
        page.get_by_label("Timeline entry").fill("Counsel knows of it")
        page.reload()
        expect(page.get_by_label("Timeline entry")).to_have_value("Counsel knows of it")
        expect(page.get_by_label("For whom")).to_have_value("legal")
    finally:
        people.dismiss(host, "legal", rex)
    page.reload()
    expect(page.get_by_label("Timeline entry")).to_have_value("")
