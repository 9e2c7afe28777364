"""What reaches one by mail, chosen in a real browser: with script and without, light and dark."""

import re
from datetime import time

import pytest
from barriers import TWO_LOOKS, barriers
from browsing import HOSTILE, Served, Visit
from playwright.sync_api import expect

from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.messages import commands
from tocsin.features.messages.commands.turning_off import link
from tocsin.features.messages.feature import feature
from tocsin.features.messages.terms import Choices, Concern, Way
from tocsin.ledger.words import Text
from tocsin.runtime.firing import Timers
from tocsin.runtime.following import Follower


@pytest.fixture(scope="module")
def reference(served: Served) -> str:
    """An incident with somebody who is to be told in the morning, and one who may not see it."""
    made, ada = served.declare(f"Acquirer B slow {HOSTILE}"), served.work("Ada")
    commands.choose(served.work("Rex"), Choices(mentioned=Way.DIGEST))
    note = Noted(kind=NoteKind.NOTE, text=Text("@Rex @Tim look at the pool"))
    incidents.note(ada, made, note)
    brought = feature(served.url, sends_mail=True)
    timers = Timers(served.ledger, brought.timers, "a test")
    while Follower(served.ledger, brought.reactors, {"timers": timers.step}).step():
        pass
    return made


@pytest.mark.parametrize("script", [True, False])
def test_one_chooses_what_comes_when(served: Served, visit: Visit, script: bool) -> None:
    page = visit(served, "/account", who="Olga", script=script)
    page.get_by_role("link", name="Choose what reaches you").click()
    expect(page.get_by_text("This Tocsin has no mail server.")).to_be_visible()
    page.get_by_label("Mentions", exact=True).select_option("In the digest")
    page.get_by_label("The digest comes at").fill("17:30")
    page.get_by_label("From", exact=True).fill("22:00")
    page.get_by_label("Until", exact=True).fill("")
    page.get_by_role("button", name="Save changes").click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_have_text("Say when the quiet hours begin, and when they end.")
    expect(page.get_by_label("The digest comes at")).to_have_value("17:30")
    page.get_by_label("Until", exact=True).fill("07:00")
    page.get_by_role("button", name="Save changes").click()
    expect(refusal).to_have_count(0)
    expect(page.get_by_label("Mentions", exact=True)).to_have_value("digest")
    chosen = commands.choices(served.work("Olga"))
    assert (chosen.digest_at, chosen.quiet_until) == (time(17, 30), time(7))
    commands.choose(served.work("Olga"), Choices())


def test_a_mail_is_turned_off_without_signing_in(served: Served, visit: Visit) -> None:
    off = link(served.ledger.keys, "", served.people["Tim"], [Concern.TEAM])
    page = visit(served, off)
    page.context.clear_cookies()
    page.goto(served.url + off)
    assert barriers(page) == []
    page.get_by_role("button", name="Turn them off").click()
    expect(page.get_by_role("heading", name="Turned off")).to_be_visible()
    assert barriers(page) == []
    assert commands.choices(served.work("Tim")).team is Way.NEVER


@TWO_LOOKS
def test_the_pages_can_be_read_by_everybody(
    served: Served, visit: Visit, reference: str, theme: str, width: int
) -> None:
    for path in ("/account/messages", f"/incidents/{reference}/told", "/account"):
        page = visit(served, path, theme=theme, width=width)
        assert barriers(page) == [], path
        scrolls = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(scrolls), path


def test_an_incident_says_who_was_told_and_who_was_not(
    served: Served, visit: Visit, reference: str
) -> None:
    page = visit(served, f"/incidents/{reference}", who="Ada")
    page.get_by_role("link", name="Who was told").click()
    rex = page.get_by_role("row", name=re.compile("Rex"))
    expect(rex).to_contain_text("They are mentioned")
    expect(rex).to_contain_text("Waits until")
    expect(page.get_by_role("row", name=re.compile("Tim"))).to_contain_text("they may not see it")
    own = visit(served, "/account/messages", who="Rex")
    expect(own.get_by_role("link", name=reference)).to_be_visible()
    assert own.locator("script:not([src]), img").count() == 0
