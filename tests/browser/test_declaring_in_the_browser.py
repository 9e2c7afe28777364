"""Declaring in a real browser, by keyboard: what is looked ahead, and the draft that is kept."""

import re

from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit
from playwright.sync_api import Page, Route, expect

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.terms import Mode
from tocsin.features.playbooks import commands as playbooks
from tocsin.features.playbooks.terms import Runbook, Template

AHEAD = "**/declare/ahead"
GATEWAY = Template(
    services=("gateway",),
    title="Gateway: {title}",
    runbooks=(Runbook(name="Restart the gateway", url="https://runbooks.example.com/gateway"),),
    asks=("Region",),
)


def typed(page: Page, title: str) -> None:
    with page.expect_response(AHEAD):
        page.get_by_label("What is going wrong?").fill(title)


def test_an_incident_is_declared_by_keyboard_alone(served: Served, visit: Visit) -> None:
    playbooks.write_template(served.work("Ada"), "gateway", GATEWAY)
    page = visit(served, "/declare")
    expect(page.get_by_label("What is going wrong?")).to_be_focused()
    page.keyboard.type("Checkout is down")
    expect(page.locator("#suggested")).to_contain_text("“down” speaks for Sev-2")
    expect(page.locator("#declare .btn-alarm")).to_have_text(re.compile("^Declare *Ctrl"))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#declare .btn-alarm")).to_contain_text("Declare Sev-2")
    page.keyboard.press("Tab")
    page.keyboard.type("gateway")
    expect(page.locator("#prepared")).to_contain_text("Gateway: Checkout is down")
    page.get_by_label("Region").focus()
    page.keyboard.type("EU")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gateway: Checkout is down")
    expect(page.locator("#runbooks")).to_contain_text("Restart the gateway")
    expect(page.locator(".timeline")).to_contain_text("Region: EU")


def test_enter_in_the_one_line_declares_also_where_something_is_known(
    served: Served, visit: Visit
) -> None:
    served.declare("Settlement file is late", name="Rex")
    page = visit(served, "/declare", width=390)
    typed(page, "Settlement file is late")
    expect(page.locator("#best")).to_contain_text("Probably known")
    page.get_by_label("What is going wrong?").press("Enter")
    expect(page.locator("#head")).to_contain_text("Reported")
    expect(page).not_to_have_url(re.compile("#write"))


def test_joining_instead_is_one_press(served: Served, visit: Visit) -> None:
    reference = served.declare("Fax gateway rejects pages", name="Rex")
    page = visit(served, "/declare", who="Ada")
    typed(page, "fax gateway rejects pages")
    page.locator("#known .best").get_by_role("button", name="Join instead").click()
    expect(page).to_have_url(f"{served.url}/incidents/{reference}#write")
    page.goto(f"{served.url}/declare")
    expect(page.get_by_label("What is going wrong?")).to_have_value("")


def test_a_draft_outlives_a_dead_server_and_a_reload_and_ends_with_success(
    served: Served, visit: Visit
) -> None:
    page = visit(served, "/declare")

    def dead(route: Route) -> None:
        route.abort("connectionrefused")

    page.route("**/declare**", dead)
    page.get_by_label("What is going wrong?").fill("Vault is sealed")
    page.get_by_role("radio", name="All hands").check()
    page.get_by_label("Service").fill("vault")
    expect(page.locator("#draft")).to_be_visible()
    expect(page.locator("#draft")).to_contain_text("Draft kept on this device")
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("#unreached")).to_be_visible()
    expect(page.locator("#unreached")).to_contain_text("was not reached")
    expect(page.locator("#unreached")).to_contain_text("Call your team")
    expect(page.get_by_label("What is going wrong?")).to_have_value("Vault is sealed")
    page.unroute("**/declare**")
    page.reload()
    expect(page.locator("#draft")).to_be_visible()
    expect(page.get_by_label("What is going wrong?")).to_have_value("Vault is sealed")
    expect(page.get_by_label("Service")).to_have_value("vault")
    expect(page.locator("#declare .btn-alarm")).to_contain_text("Declare Sev-1")
    page.locator("#declare .btn-alarm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vault is sealed")
    page.goto(f"{served.url}/declare")
    expect(page.get_by_label("What is going wrong?")).to_have_value("")
    expect(page.locator("#draft")).to_be_hidden()


def test_a_draft_is_discarded_and_of_what_is_restricted_none_is_kept(
    served: Served, visit: Visit
) -> None:
    page = visit(served, "/declare", who="Ada")
    kept = "Object.keys(localStorage).filter(key => key.includes('declare')).length"
    page.get_by_label("What is going wrong?").fill("Badge reader tampered with")
    expect(page.locator("#draft")).to_be_visible()
    assert page.evaluate(kept) == 1
    page.get_by_label("Restricted").check()
    expect(page.locator("#draft")).to_be_hidden()
    assert page.evaluate(kept) == 0
    page.get_by_label("Restricted").uncheck()
    expect(page.locator("#draft")).to_be_visible()
    page.get_by_role("button", name="Discard it").click()
    assert page.evaluate(kept) == 0
    expect(page.get_by_label("What is going wrong?")).to_have_value("")


def test_what_is_wrong_is_said_with_script_as_without(served: Served, visit: Visit) -> None:
    page = visit(served, "/declare")
    page.get_by_label("What is going wrong?").fill("Night batch was late")
    page.get_by_label("It is already over").check()
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("#began-hint")).to_contain_text("Say when the harm began")
    expect(page.get_by_label("The harm began")).to_be_focused()
    expect(page.locator("#draft")).to_be_visible()
    page.get_by_label("The harm began").fill("2026-01-02T03:00")
    page.get_by_label("The harm ended").fill("2026-01-02T02:00")
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("#ended-hint")).to_contain_text("before it began")
    assert barriers(page) == []
    page.get_by_label("The harm ended").fill("2026-01-02T04:00")
    page.locator("#declare .btn-alarm").click()
    expect(page.locator("#head")).to_contain_text("Retrospective")


def test_what_will_happen_changes_with_what_is_chosen(served: Served, visit: Visit) -> None:
    page = visit(served, "/declare")
    expect(page.locator("#will")).to_contain_text("A Sev-3 gets a reference")
    page.get_by_role("radio", name="All hands").check()
    expect(page.locator("#will")).to_contain_text("A Sev-1 gets a reference")
    page.get_by_role("radio", name="Training").check()
    expect(page.locator("#will")).to_contain_text("TRAINING")
    expect(page.locator("#declare .btn-alarm")).to_contain_text("Declare Sev-1 (training)")


@TWO_LOOKS
def test_the_pages_of_what_is_prepared_and_of_an_exercise_are_for_everybody(
    served: Served, visit: Visit, width: int, theme: str
) -> None:
    ada = served.work("Ada")
    playbooks.write_template(ada, "gateway", GATEWAY)
    said = Declaration(title="Lose a data centre", mode=Mode.TRAINING, template="gateway")
    reference = commands.declare(ada, said).incident.reference
    places = ("/settings/templates?edit=gateway", "/settings/severities", f"/page/{reference}")
    exercise = (f"/incidents/{reference}", "/incidents?view=training", "/declare?mode=training")
    page = visit(served, "/declare", who="Ada", width=width, theme=theme)
    for place in (*places, *exercise):
        page.goto(served.url + place)
        assert barriers(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
