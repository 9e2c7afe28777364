"""Incidents in a real browser: with and without script, live, by key, on a phone, for everybody."""

import re
from datetime import UTC, datetime

import pytest
from barriers import barriers
from browsing import HOSTILE, Served, Visit, listening
from playwright.sync_api import Page, expect

from tocsin.features.incidents import commands

PAGES = {
    "list": "/incidents",
    "mine": "/incidents?view=mine",
    "over": "/incidents?view=over",
    "none found": "/incidents?text=nothing+like+it",
    "one": "/incidents/{main}",
    "one that is over": "/incidents/{over}",
    "its alerts": "/incidents/{main}/alerts",
    "declare": "/declare?title=card+payments+failing",
    "phone": "/page/{new}",
    "not there": "/incidents/INC-2026-9999",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_opens_over_a_page_is_for_everybody(served: Served, visit: Visit, theme: str) -> None:
    page = visit(served, f"/incidents/{served.incidents['main']}", who="Ada", theme=theme)
    for dialog in page.locator("dialog[popover]").all():
        dialog.evaluate("dialog => dialog.showPopover()")
        assert barriers(page, within=f"#{dialog.get_attribute('id')}") == []
        dialog.evaluate("dialog => dialog.hidePopover()")
    page.keyboard.press("Control+K")
    expect(page.locator("#cmds [role=option]").first).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_no_control_opens_what_is_not_there(served: Served, visit: Visit, name: str) -> None:
    page = visit(served, PAGES[name].format(**served.incidents), who="Ada")
    opened = page.locator("[popovertarget]").evaluate_all(
        "all => all.filter(one => one.popoverTargetElement === null).map(one => one.outerHTML)"
    )
    assert opened == []


def test_an_incident_is_acknowledged_by_thumb_from_its_alerts(served: Served, visit: Visit) -> None:
    reference = served.declare("Terminals offline", severity=3)
    page = visit(served, f"/incidents/{reference}/alerts", width=390)
    page.locator(".thumb").get_by_role("button", name="Acknowledge").click()
    expect(page.locator("[aria-current=step] b")).to_have_text("Investigating")


def test_the_first_day_shows_how_to_begin(fresh: Served, visit: Visit) -> None:
    for width in (1440, 390):
        page = visit(fresh, "/", who="Ada", width=width)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "No incidents. The bell is at rest."
        )
        expect(page.get_by_text("tocsin source create")).to_be_visible()
        assert barriers(page) == []


def test_an_incident_is_declared_worked_and_closed_without_script(
    served: Served, visit: Visit
) -> None:
    page = visit(served, "/declare", script=False)
    page.get_by_label("What is going wrong?").fill("Refunds are late")
    page.get_by_role("radio", name="Team, day or night").check()
    page.locator("#declare .btn-alarm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Refunds are late")
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_label("Timeline entry").fill("The queue is stuck.\nRestarting it.")
    page.locator("#write").get_by_role("button", name="Add").click()
    expect(page.locator(".timeline .said p")).to_have_text("The queue is stuck.Restarting it.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    page.get_by_role("button", name="Advance to Resolved").click()
    page.get_by_role("button", name="Advance to Closed").click()
    page.locator("#closure").get_by_role("button", name="Advance to Closed").click()
    expect(page.locator("[aria-current=step] b")).to_have_text("Closed")


def test_what_is_wrong_stands_beside_its_field(served: Served, visit: Visit) -> None:
    page = visit(served, "/declare", script=False)
    page.get_by_label("What is going wrong?").fill("Late")
    page.get_by_text("When it began and ended").click()
    page.get_by_label("The harm began").fill("2199-01-01T00:00")
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("#began-hint")).to_contain_text("future")
    expect(page.locator("#began")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("What is going wrong?")).to_have_value("Late")


def test_what_is_over_already_is_recorded_in_retrospect_and_only_when_it_is_right(
    served: Served, visit: Visit
) -> None:
    page = visit(served, "/declare", script=False)
    page.get_by_label("What is going wrong?").fill("Night batch was late")
    page.get_by_label("It is already over").check()
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("#began-hint")).to_contain_text("when the harm began")
    page.get_by_label("The harm began").fill("2026-01-02T03:00")
    page.get_by_label("The harm ended").fill("2026-01-02T02:00")
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("#ended-hint")).to_contain_text("before it began")
    page.get_by_label("The harm ended").fill("2026-01-02T05:00")
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("[aria-current=step] b")).to_have_text("Resolved")
    expect(page.locator("#head")).to_contain_text("Retrospective")
    page.goto(f"{served.url}/incidents?text=night+batch")
    expect(page.locator("main")).to_contain_text("No incident matches")


def test_what_people_write_is_never_markup(served: Served, visit: Visit) -> None:
    page = visit(served, f"/incidents/{served.incidents['main']}")
    expect(page.locator(".timeline").get_by_text(HOSTILE)).to_be_visible()
    assert page.locator(".timeline img").count() == 0


def test_new_rows_wait_until_they_are_asked_for(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents")
    expect(page.locator("#live")).to_contain_text("Live")
    before = page.locator("[data-row]").count()
    reference = served.declare("Payouts delayed", severity=2)
    expect(page.locator(".fresh")).to_contain_text("1 update waiting")
    assert page.locator("[data-row]").count() == before
    page.keyboard.press(".")
    expect(page.locator(f'[data-key="{reference}"]')).to_be_visible()
    expect(page.locator(".fresh")).to_be_hidden()


def test_a_row_changes_in_place_under_the_hand(served: Served, visit: Visit) -> None:
    reference = served.declare("Statement mails unsent")
    page = visit(served, "/incidents")
    expect(page.locator("#live")).to_contain_text("Live")
    row = page.locator(f'[data-key="{reference}"]')
    row.locator("a.title").focus()
    commands.acknowledge(served.work("Rex"), reference)
    expect(row).to_contain_text("Investigating")
    expect(row.locator("a.title")).to_be_focused()


def test_keys_do_what_their_controls_do_and_never_while_typing(
    served: Served, visit: Visit
) -> None:
    page = visit(served, "/incidents")
    page.keyboard.press("j")
    expect(page.locator("[data-row] a.title").first).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("jc?.")
    expect(page.get_by_label("Words or reference")).to_have_value("jc?.")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{served.url}/declare")
    expect(page.get_by_label("What is going wrong?")).to_be_focused()
    listening(page).get_by_label("What is going wrong?").blur()
    page.clock.set_fixed_time(datetime.now(UTC))
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page).to_have_url(f"{served.url}/incidents")


def test_single_keys_can_be_switched_off_for_a_person(served: Served, visit: Visit) -> None:
    page = visit(served, "/account", who="Olga")
    page.get_by_label("Single keys work").uncheck()
    saved(page)
    expect(page.get_by_label("Single keys work")).not_to_be_checked()
    page.goto(f"{served.url}/incidents")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.get_by_role("button", name="Shortcuts").click()
    expect(page.locator("#keys dt")).to_have_text(["Ctrl K", "Esc"])
    page.keyboard.press("Escape")
    page.keyboard.press("Control+K")
    expect(page.locator("#palette")).to_be_visible()
    page.goto(f"{served.url}/account")
    page.get_by_label("Single keys work").check()
    saved(page)
    expect(page.get_by_label("Single keys work")).to_be_checked()


def saved(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save changes").click()


def test_the_overview_names_exactly_the_keys_that_work_here(served: Served, visit: Visit) -> None:
    page = visit(served, f"/incidents/{served.incidents['new']}")
    page.keyboard.press("?")
    expect(page.locator("#keys dt").last).to_have_text("Esc")
    keys = page.locator("#keys dt").all_inner_texts()
    controls = page.locator("[aria-keyshortcuts]").evaluate_all(
        "all => all.filter(one => one.checkVisibility() || one.matches('.fresh'))"
        ".map(one => one.getAttribute('aria-keyshortcuts')).filter(key => !key.includes('+'))"
    )
    chords = page.locator("nav.side [data-chord]").count()
    singles = [key.strip() for key in keys if " " not in key.strip()]
    assert sorted(singles) == sorted({*controls, "Esc"})
    assert len([key for key in keys if key.startswith("G ")]) == chords
    assert "/" not in singles, "there is no filter on this page"


def test_the_palette_finds_incidents_and_commands(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents")
    page.keyboard.press("Control+K")
    page.keyboard.type("challenge")
    expect(page.locator("#cmds [role=option]").first).to_contain_text("Challenge page slow")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.url}/incidents/{served.incidents['new']}")


def test_unsent_words_are_kept_and_sent_with_control_enter(served: Served, visit: Visit) -> None:
    page = visit(served, f"/incidents/{served.incidents['main']}")
    text = page.get_by_label("Timeline entry")
    text.fill("Half a thought")
    page.reload()
    expect(text).to_have_value("Half a thought")
    text.focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline .said", has_text="Half a thought")).to_be_visible()
    expect(text).to_have_value("")


def test_words_are_not_lost_with_the_session(served: Served, visit: Visit) -> None:
    reference = served.declare("Session ends")
    page = visit(served, f"/incidents/{reference}")
    page.get_by_label("Timeline entry").fill("Not to be lost")
    page.context.clear_cookies(name="tocsin")
    page.locator("#write").get_by_role("button", name="Add").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    cookie = served.cookie("Rex")
    page.context.add_cookies([{"name": "tocsin", "value": cookie, "url": served.url}])
    page.goto(f"{served.url}/incidents/{reference}")
    expect(page.get_by_label("Timeline entry")).to_have_value("Not to be lost")


def test_a_correction_leaves_what_it_corrects(served: Served, visit: Visit) -> None:
    reference = served.declare("Ledger lag")
    page = visit(served, f"/incidents/{reference}")
    page.get_by_label("Timeline entry").fill("Lag is 4 s")
    page.locator("#write").get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Correct this entry").click()
    page.get_by_label("Timeline entry").fill("Lag is 40 s")
    page.locator("#write").get_by_role("button", name="Add").click()
    said = page.locator(".timeline .said")
    expect(said).to_have_count(2)
    expect(said.first).to_contain_text("Before: Lag is 4 s")
    expect(said.last.locator("del")).to_have_text("Lag is 4 s")
    expect(said.last).to_contain_text("Corrected")


def test_a_decision_names_the_question_and_what_else_there_was(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Pool is full")
    page = visit(served, f"/incidents/{reference}", script=False)
    page.get_by_role("radio", name="Decision").check()
    page.get_by_label("Timeline entry").fill("Roll back")
    page.locator("#write").get_by_role("button", name="Add").click()
    expect(page.locator("#write-err")).to_contain_text("had to be decided")
    page.get_by_label("What had to be decided").fill("How do we free the pool?")
    page.get_by_label("What else was possible").fill("Fail over")
    page.locator("#write").get_by_role("button", name="Add").click()
    expect(page.locator(".said")).to_contain_text("Instead of: Fail over")


def test_what_may_be_known_already_is_shown_while_typing(served: Served, visit: Visit) -> None:
    page = visit(served, "/declare")
    page.get_by_label("What is going wrong?").fill("card payments failing in Germany")
    expect(page.locator("#known")).to_contain_text("Card payments failing")
    page.get_by_role("radio", name="All hands").check()
    expect(page.locator("#declare .btn-alarm")).to_contain_text("Declare Sev-1")


def test_a_restricted_incident_is_nowhere(served: Served, visit: Visit) -> None:
    secret = served.incidents["secret"]
    page = visit(served, "/incidents")
    assert "Privileged session" not in page.content()
    page.goto(f"{served.url}/incidents/{secret}")
    hidden = page.locator("main").inner_text().replace(secret, "REF")
    page.goto(f"{served.url}/incidents/INC-2026-9999")
    assert page.locator("main").inner_text().replace("INC-2026-9999", "REF") == hidden
    page.goto(f"{served.url}/declare?title=privileged+session")
    assert "RES-" not in page.content()
    seen = visit(served, f"/incidents/{secret}", who="Ada")
    expect(seen.locator("#head .tag.lock")).to_have_text("Restricted")


def test_restricting_from_the_page_names_who_may_see_it(served: Served, visit: Visit) -> None:
    reference = served.declare("Badge reader tampered with")
    page = visit(served, f"/incidents/{reference}", who="Ada")
    page.get_by_role("button", name="Restrict").first.click()
    page.locator("#restriction").get_by_label("Why").fill("It may be an insider.")
    page.locator("#restriction").get_by_role("button", name="Restrict").click()
    expect(page.locator("#head .tag.lock")).to_be_visible()
    other = visit(served, f"/incidents/{reference}")
    expect(other.get_by_role("heading", level=1)).to_have_text("There is nothing here")


def test_an_observer_reads_and_has_no_control_that_changes_anything(
    served: Served, visit: Visit
) -> None:
    page = visit(served, f"/incidents/{served.incidents['main']}", who="Olga")
    expect(page.get_by_role("heading", level=1)).to_have_text("Card payments failing")
    own = "[action='/sign-out'], [action='/theme'], [action$='/followers']"
    assert page.locator(f"form[method=post]:not({own})").count() == 0
    page.goto(f"{served.url}/declare")
    expect(page.locator("main")).to_contain_text("not allowed to declare")


def test_the_phone_page_asks_one_question(served: Served, visit: Visit) -> None:
    reference = served.declare("Terminal offline", severity=1)
    page = visit(served, f"/page/{reference}", width=390)
    button = page.get_by_role("button", name="Acknowledge")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] > 450
    assert box["height"] >= 52
    button.click()
    expect(page.locator("main")).to_contain_text("Rex has had it since")


def test_an_auditor_sees_an_account_and_no_incidents(served: Served, visit: Visit) -> None:
    page = visit(served, "/", who="Tim")
    expect(page).to_have_url(f"{served.url}/account")
    assert page.locator("nav.side a[href='/incidents']").count() == 0
    assert barriers(page) == []


def test_the_theme_button_changes_the_page_and_stays(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents")
    page.get_by_role("button", name="Dark colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_lost_connection_is_said(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents")
    expect(page.locator("#live")).to_contain_text("Live")
    page.route("**/stream", lambda route: route.abort())
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.reload()
    expect(page.locator("#live")).to_contain_text("Stale")
