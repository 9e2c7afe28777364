"""Roles, tasks and who is here, through a real browser: by keyboard, at once, and for everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import Served, Visit
from playwright.sync_api import Page, expect

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import roles, tasks
from tocsin.features.incidents.terms import RoleName

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]


def begun(served: Served) -> str:
    """An incident that Rex leads, with an offer to Ada and tasks of both."""
    reference, rex = served.declare("Payouts late"), served.work("Rex")
    roles.take_role(rex, reference, role=RoleName.COMMANDER)
    ada = served.people["Ada"]
    roles.offer_role(rex, reference, role=RoleName.SCRIBE, person=ada, note="Write it down.")
    tasks.add_task_in_a_line(rex, reference, "Watch the error rate @Ada", served.ledger.clock())
    tasks.add_task_in_a_line(rex, reference, "Brief the support floor")
    return reference


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_offers_and_tasks_are_for_everybody(
    served: Served, visit: Visit, width: int, theme: str
) -> None:
    reference = begun(served)
    page = visit(served, f"/incidents/{reference}", who="Ada", width=width, theme=theme)
    expect(page.locator("#here")).to_contain_text("Ada")
    assert faults(page) == []
    page = visit(served, "/tasks", who="Ada", width=width, theme=theme)
    expect(page.locator("#list")).to_contain_text("overdue by")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_role_is_handed_over_by_keyboard_and_accepted_at_once(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Payouts late")
    roles.take_role(served.work("Rex"), reference, role=RoleName.COMMANDER)
    page = visit(served, f"/incidents/{reference}")
    page.keyboard.press("r")
    expect(page.locator("#offers-role")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type("Word was promised at four.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#roles")).to_contain_text("offered to Ada")
    hers = visit(served, f"/incidents/{reference}", who="Ada")
    expect(hers.locator("#roles")).to_contain_text("Word was promised at four.")
    hers.get_by_role("button", name="Accept").click()
    expect(hers.locator("#roles")).not_to_contain_text("asks you")
    expect(hers.locator("#roles li").first).to_contain_text("Ada")
    expect(page.locator("#roles li").first).to_contain_text("Ada")
    assert hers.url.endswith(reference)


def test_tasks_are_added_by_keyboard_and_ticked_off_without_leaving_the_page(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Payouts late")
    page = visit(served, f"/incidents/{reference}")
    page.locator("#text").fill("Half a note")
    page.locator("#text").blur()
    page.keyboard.press("t")
    for line in ("Roll back @rex", "Brief support"):
        expect(page.locator("#task-line")).to_be_focused()
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        expect(page.locator("#tasks .tasks")).to_contain_text(line.partition(" @")[0])
    expect(page.locator("#head")).to_contain_text("2 open tasks")
    page.get_by_role("button", name="Tick off: Roll back").click()
    expect(page.locator("#head")).to_contain_text("1 open task")
    expect(page.locator("#tasks")).to_contain_text("1 done or dropped")
    expect(page.locator("#text")).to_have_value("Half a note")
    assert len(commands.one(served.work("Rex"), reference).incident.open_tasks) == 1


def test_what_is_wrong_with_a_line_stands_beside_it_whatever_others_do(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Payouts late")
    page = visit(served, f"/incidents/{reference}")
    page.keyboard.press("t")
    page.keyboard.type("Roll back @zoe")
    page.keyboard.press("Enter")
    expect(page.locator("#tasks")).to_contain_text("@zoe is nobody here")
    tasks.add_task_in_a_line(served.work("Rex"), reference, "Brief support")
    expect(page.locator("#tasks .tasks")).to_contain_text("Brief support")
    expect(page.locator("#tasks")).to_contain_text("@zoe is nobody here")
    expect(page.locator("#task-line")).to_have_value("Roll back @zoe")
    page.locator("#task-line").fill("Roll back")
    page.keyboard.press("Enter")
    expect(page.locator("#tasks .tasks")).to_contain_text("Roll back")
    expect(page.locator("#tasks")).not_to_contain_text("nobody here")


def test_the_dialogs_of_a_task_begin_with_it(served: Served, visit: Visit) -> None:
    page = visit(served, f"/incidents/{begun(served)}")
    page.get_by_role("button", name="Drop: Brief the support floor").click()
    expect(page.locator("#task-drop-task option:checked")).to_have_text("Brief the support floor")
    page.locator("#task-drop-reason").fill("They know.")
    page.get_by_role("button", name="Drop it").click()
    expect(page.locator("#tasks")).to_contain_text("1 done or dropped")


def test_two_people_see_each_other(served: Served, visit: Visit) -> None:
    reference = served.declare("Payouts late")
    page = visit(served, f"/incidents/{reference}", who="Rex")
    expect(page.locator("#here")).to_contain_text("Rex")
    page = visit(served, f"/incidents/{reference}", who="Olga")
    expect(page.locator("#here")).to_contain_text("Olga")
    expect(page.locator("#here")).to_contain_text("Rex")


def test_roles_and_tasks_work_without_script(served: Served, visit: Visit) -> None:
    reference = begun(served)
    page = visit(served, f"/incidents/{reference}", who="Ada", script=False)
    page.get_by_role("button", name="Accept, Scribe").click()
    page.get_by_role("button", name="Tick off: Watch the error rate").click()
    page.locator("#task-line").fill("Call the bank @Ada")
    page.locator(".add-task button").click()
    expect(page.locator("#tasks .tasks")).to_contain_text("Call the bank")
    expect(page.locator("#roles")).to_contain_text("Scribe since")
