"""Open pages follow what happens, say when they cannot, and touch nothing under the hand."""

import re
from datetime import timedelta

import pytest
from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit
from playwright.sync_api import Page, Route, expect
from processes import until

from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.ledger.words import Text

SOON = 30_000
TOP = "element => element.getBoundingClientRect().top"


def live(page: Page) -> Page:
    expect(page.locator("#live")).to_contain_text(re.compile(r"Live, \d+ s ago"), timeout=SOON)
    return page


def note(served: Served, reference: str, text: str, who: str = "Ada") -> None:
    said = Noted(kind=NoteKind.NOTE, text=Text(text))
    commands.state(served.work(who), reference, said)


def test_silence_is_stale_then_lost_and_words_say_so(served: Served, visit: Visit) -> None:
    page = visit(served, "/account")
    page.clock.install()
    page.route("**/stream", lambda route: route.abort())
    page.goto(f"{served.url}/incidents/{served.incidents['main']}")
    live_mark = page.locator("#live")
    expect(live_mark).to_contain_text("Stale")
    expect(live_mark).to_have_class(re.compile("alarm"))
    expect(page.locator("#lost")).to_be_hidden()
    page.get_by_label("Timeline entry").fill("Written in the dark")
    page.clock.fast_forward(timedelta(seconds=46).seconds * 1000)
    expect(page.locator("#lost .away")).to_be_visible()
    expect(page.locator("#lost .away")).to_contain_text("What you write is kept here")
    expect(page.locator("#aloud")).to_have_text("Connection lost")
    expect(live_mark).to_contain_text(re.compile(r"Stale, (4[6-9]|5\d) s|Stale, \d+ min"))
    page.unroute("**/stream")
    page.clock.fast_forward(6_000)
    expect(page.locator("#lost")).to_be_hidden(timeout=SOON)
    live(page)
    expect(page.locator("#aloud")).to_have_text("Live again")
    expect(page.get_by_label("Timeline entry")).to_have_value("Written in the dark")


def test_what_happened_while_the_line_was_down_is_there_when_it_is_back(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Exports stuck")
    page = visit(served, "/account")
    page.route("**/stream", lambda route: route.abort())
    page.goto(f"{served.url}/incidents/{reference}")
    expect(page.locator("#live")).to_contain_text("Stale")
    commands.change_severity(served.work("Ada"), reference, severity=1, reason="Worse")
    page.unroute("**/stream")
    expect(page.locator("#head .sev")).to_have_text("Sev-1", timeout=SOON)


def test_values_change_in_place_and_nothing_under_the_hand_is_lost(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Ledger exports slow")
    for number in range(30):
        note(served, reference, f"Line {number} of a long timeline")
    page = live(visit(served, f"/incidents/{reference}"))
    begin_several_things(page)
    seen = page.locator(".timeline > li").nth(9)
    stood, rows = seen.evaluate(TOP), page.locator(".timeline > li").count()
    commands.change_severity(served.work("Ada"), reference, severity=1, reason="Worse")
    commands.appoint(served.work("Ada"), reference, commander=served.people["Ada"])
    expect(page.locator("#head .sev")).to_have_text("Sev-1", timeout=SOON)
    expect(page.locator("#roles")).to_contain_text("Ada", timeout=SOON)
    assert abs(seen.evaluate(TOP) - stood) < 2, "what is looked at stays where it is"
    assert page.locator(".timeline > li").count() == rows
    expect(page.locator(".fresh")).to_contain_text("waiting, rows stay still")
    expect(page.locator("#aloud")).to_contain_text("waiting")
    are_as_they_were_begun(page)
    page.get_by_label("Timeline entry").evaluate("text => text.blur()")
    page.keyboard.press(".")
    expect(page.locator(".timeline > li")).to_have_count(rows + 3)


def begin_several_things(page: Page) -> None:
    text = page.get_by_label("Timeline entry")
    text.fill("Half a thought")
    text.evaluate("text => text.setSelectionRange(2, 6)")
    page.locator("details.people").first.evaluate("details => { details.open = true; }")
    page.get_by_label("Add a task").evaluate("line => { line.value = 'half a task'; }")
    page.evaluate("scrollTo(0, 700)")


def are_as_they_were_begun(page: Page) -> None:
    text = page.get_by_label("Timeline entry")
    expect(text).to_be_focused()
    assert text.evaluate("text => [text.selectionStart, text.selectionEnd]") == [2, 6]
    assert page.locator("details.people").first.evaluate("details => details.open")
    expect(page.get_by_label("Add a task")).to_have_value("half a task")


def test_a_dialog_in_use_stays_and_one_that_is_shut_follows(served: Served, visit: Visit) -> None:
    reference = served.declare("Token vault slow")
    page = live(visit(served, f"/incidents/{reference}"))
    page.keyboard.press("s")
    why = page.locator("#severity").get_by_label("Why")
    why.fill("Customers wait")
    commands.acknowledge(served.work("Ada"), reference)
    expect(page.locator("[aria-current=step] b")).to_have_text("Investigating", timeout=SOON)
    expect(why).to_have_value("Customers wait")
    expect(why).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Resolve", exact=True).click()
    page.locator("#resolution").get_by_role("button", name="Advance to Resolved").click()
    expect(page.locator("[aria-current=step] b")).to_have_text("Resolved")
    expect(page.locator("#resolution")).to_have_count(0)
    page.keyboard.press("]")
    expect(page.locator("#closure")).to_be_visible()


def test_a_note_is_shown_at_once_as_text_and_then_as_recorded(served: Served, visit: Visit) -> None:
    reference = served.declare("Batch is late")
    page = live(visit(served, f"/incidents/{reference}"))
    held: list[Route] = []
    page.route("**/entries", lambda route: held.append(route))  # noqa: PLW0108 - marked by the driver
    text = page.get_by_label("Timeline entry")
    text.fill("<img src=x onerror=alert(1)>\nsecond line")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    sending = page.locator(".timeline .sending")
    expect(sending).to_contain_text("sending…")
    expect(sending.locator("p")).to_have_text("<img src=x onerror=alert(1)>\nsecond line")
    assert page.locator(".timeline img").count() == 0
    until(lambda: page.evaluate("true") and held, "it was not sent")
    assert len(held) == 1
    held[0].continue_()
    page.unroute("**/entries")
    expect(sending).to_have_count(0)
    expect(page.locator(".timeline .said")).to_have_count(1)
    expect(page.locator("#aloud")).to_have_text("Added to the timeline")
    expect(text).to_have_value("")


@pytest.mark.parametrize("status", [500, 503])
def test_a_note_that_the_server_did_not_take_stays_with_the_reason(
    served: Served, visit: Visit, status: int
) -> None:
    reference = served.declare("Mail is late")
    page = live(visit(served, f"/incidents/{reference}"))
    page.route("**/entries", lambda route: route.fulfill(status=status, body="no"))
    text = page.get_by_label("Timeline entry")
    text.fill("Restarted the relay")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#unsent")).to_contain_text(f"The server answered {status}")
    expect(text).to_have_value("Restarted the relay")
    expect(text).to_be_focused()
    page.unroute("**/entries")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline .said")).to_contain_text("Restarted the relay")
    expect(page.locator("#unsent")).to_be_hidden()


def test_a_note_that_is_refused_stays_with_the_servers_own_words(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Pool is small")
    page = live(visit(served, f"/incidents/{reference}"))
    page.get_by_role("radio", name="Decision").check(force=True)
    page.get_by_label("Timeline entry").fill("Roll back")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#unsent")).to_contain_text("Say what had to be decided")
    expect(page.get_by_label("Timeline entry")).to_have_value("Roll back")


def test_half_a_note_is_kept_with_all_that_belongs_to_it_until_sign_out(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Reports wrong")
    page = live(visit(served, f"/incidents/{reference}", who="Ada"))
    page.get_by_role("radio", name="Decision").check(force=True)
    page.get_by_label("What had to be decided").fill("Do we stop the batch?")
    page.get_by_label("Timeline entry").fill("Stop it")
    page.reload()
    expect(page.get_by_role("radio", name="Decision")).to_be_checked()
    expect(page.get_by_label("What had to be decided")).to_have_value("Do we stop the batch?")
    assert page.evaluate("Object.keys(localStorage).some(key => key.startsWith('tocsin.unsent.'))")
    page.locator("nav.side").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.evaluate(
        "Object.keys(localStorage).every(key => !key.startsWith('tocsin.unsent.'))"
    )
    del served.cookies["Ada"]


def test_a_dialog_that_cannot_be_sent_keeps_what_was_typed(served: Served, visit: Visit) -> None:
    reference = served.declare("Search is slow")
    page = live(visit(served, f"/incidents/{reference}"))
    page.route("**/severity", lambda route: route.abort())
    page.keyboard.press("s")
    dialog = page.locator("#severity")
    dialog.get_by_role("radio", name="Team, day or night").check()
    dialog.get_by_label("Why").fill("Customers wait")
    dialog.get_by_role("button", name="Change severity").click()
    expect(dialog.locator(".unsent")).to_be_visible()
    expect(dialog.locator(".unsent")).to_contain_text("kept here")
    expect(dialog.get_by_label("Why")).to_have_value("Customers wait")
    page.unroute("**/severity")
    dialog.get_by_role("button", name="Change severity").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#head .sev")).to_have_text("Sev-2")


@TWO_LOOKS
def test_a_conflict_is_for_everybody_also_without_script(
    served: Served, visit: Visit, width: int, theme: str
) -> None:
    reference = served.declare("Rates are old")
    page = visit(served, f"/incidents/{reference}", width=width, theme=theme)
    page.keyboard.press("s")
    expect(page.locator("#severity")).to_be_visible()
    commands.change_severity(served.work("Ada"), reference, severity=1, reason="Worse")
    page.locator("#severity").get_by_role("radio", name="Team, day or night").check()
    page.locator("#severity").get_by_label("Why").fill("Customers wait")
    page.locator("#severity").get_by_role("button", name="Change severity").click()
    expect(page.locator("#severity").get_by_role("alert")).to_contain_text("Changed by Ada")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_conflict_is_said_and_settled_without_script(served: Served, visit: Visit) -> None:
    reference = served.declare("Quotes are old")
    page = visit(served, f"/incidents/{reference}", script=False)
    commands.appoint(served.work("Ada"), reference, commander=served.people["Ada"])
    page.get_by_role("button", name="Take command").click()
    dialog = page.locator("#command")
    expect(dialog.get_by_role("alert")).to_contain_text("Changed by Ada")
    expect(dialog.locator("dd")).to_have_text(["Ada", "Rex"])
    dialog.get_by_role("button", name="Apply yours anyway").click()
    expect(page.locator("#roles")).to_contain_text("Rex")


def test_the_clock_runs_by_the_servers_time(served: Served, visit: Visit) -> None:
    page = visit(served, "/account")
    page.clock.install(time="2001-02-03T04:05:06")
    page.goto(f"{served.url}/incidents")
    page.clock.run_for(2_000)
    said = page.locator("#clock").get_attribute("datetime") or ""
    assert page.locator("#clock").inner_text()[:5] in {said[11:16], minute_after(said)}


def minute_after(instant: str) -> str:
    hour, minute = int(instant[11:13]), int(instant[14:16]) + 1
    return f"{(hour + minute // 60) % 24:02}:{minute % 60:02}"
