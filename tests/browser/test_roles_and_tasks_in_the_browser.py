"""Roles, tasks and who is here, through a real browser: by keyboard, at once, and for everybody."""

from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit
from playwright.sync_api import expect

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import roles, tasks
from tocsin.features.incidents.terms import RoleName


def begun(served: Served) -> str:
    """An incident that Rex leads, with an offer to Ada and tasks of both."""
    reference, rex = served.declare("Payouts late"), served.work("Rex")
    roles.take_role(rex, reference, role=RoleName.COMMANDER)
    ada = served.people["Ada"]
    roles.offer_role(rex, reference, role=RoleName.SCRIBE, person=ada, note="Write it down.")
    tasks.add_task_in_a_line(rex, reference, "Watch the error rate @Ada", served.ledger.clock())
    tasks.add_task_in_a_line(rex, reference, "Brief the support floor")
    return reference


@TWO_LOOKS
def test_offers_and_tasks_are_for_everybody(
    served: Served, visit: Visit, width: int, theme: str
) -> None:
    reference = begun(served)
    page = visit(served, f"/incidents/{reference}", who="Ada", width=width, theme=theme)
    expect(page.locator("#here")).to_contain_text("Ada")
    assert barriers(page) == []
    page = visit(served, "/tasks", who="Ada", width=width, theme=theme)
    expect(page.locator("#list")).to_contain_text("overdue by")
    assert barriers(page) == []
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


def test_a_task_is_changed_by_keyboard_and_the_focus_is_back_where_it_was(
    served: Served, visit: Visit
) -> None:
    reference = begun(served)
    page = visit(served, f"/incidents/{reference}")
    page.get_by_role("button", name="Change: Brief the support floor").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Change a task")
    expect(dialog.get_by_label("What is to be done")).to_be_focused()
    expect(dialog.get_by_label("What is to be done")).to_have_value("Brief the support floor")
    page.keyboard.press("End")
    page.keyboard.type(" and the shops")
    page.keyboard.press("Tab")
    page.keyboard.type("01022027")
    page.keyboard.press("Tab")
    page.keyboard.type("0530A")
    page.keyboard.press("Enter")
    expect(page.locator("#tasks .tasks")).to_contain_text("Brief the support floor and the shops")
    expect(page.locator("#tasks .tasks")).to_contain_text("due 2027-01-02 05:30:00 UTC")
    opener = page.get_by_role("button", name="Change: Brief the support floor and the shops")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Due")).to_have_value("2027-01-02T05:30")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


@TWO_LOOKS
def test_the_dialog_that_changes_a_task_is_for_everybody(
    served: Served, visit: Visit, width: int, theme: str
) -> None:
    path = f"/incidents/{begun(served)}"
    page = visit(served, path, who="Ada", width=width, theme=theme)
    page.get_by_role("button", name="Change: Watch the error rate").click()
    dialog = page.get_by_role("dialog", name="Change a task")
    expect(dialog).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dialog.get_by_label("What is to be done").fill("\u200b")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say in one line")
    expect(dialog.get_by_role("alert")).to_be_focused()
    assert barriers(page) == []


def test_the_dialog_of_a_task_follows_what_others_change_and_not_under_the_hand(
    served: Served, visit: Visit
) -> None:
    reference = begun(served)
    page = visit(served, f"/incidents/{reference}", who="Ada")
    [first, second] = commands.one(served.work("Rex"), reference).incident.tasks
    page.get_by_role("button", name="Change: Watch the error rate").click()
    mine = page.locator(f"#task-change-{first.id}")
    mine.get_by_label("What is to be done").fill("Watch the queue")
    for task, title in ((first, "Watch the pool"), (second, "Brief the shops")):
        tasks.change_task(served.work("Rex"), reference, task=task.id, title=title)
    theirs = page.locator(f"#task-change-{second.id}")
    expect(theirs.get_by_label("What is to be done")).to_have_value("Brief the shops")
    expect(mine.get_by_label("What is to be done")).to_have_value("Watch the queue")
    mine.get_by_role("button", name="Change it").click()
    expect(mine.get_by_role("alert")).to_contain_text("Somebody changed this incident meanwhile")
    expect(mine).to_contain_text("Now it is: Watch the pool")
    mine.get_by_role("button", name="Change it").click()
    expect(page.locator("#tasks .tasks")).to_contain_text("Watch the queue")


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
    page.get_by_role("button", name="Change: Brief the support floor").click()
    dialog = page.get_by_role("dialog", name="Change a task")
    expect(dialog.get_by_label("What is to be done")).to_have_value("Brief the support floor")
    dialog.get_by_label("What is to be done").fill("Brief the shops")
    dialog.get_by_label("Due").fill("2027-01-02T05:30")
    dialog.get_by_role("button", name="Change it").click()
    expect(page.locator("#tasks .tasks")).to_contain_text("Brief the shops")
    expect(page.locator("#tasks .tasks")).to_contain_text("due 2027-01-02 05:30:00 UTC")
    page.get_by_role("button", name="Change: Brief the shops").click()
    dialog.get_by_label("Due").fill("")
    dialog.get_by_role("button", name="Change it").click()
    expect(page.locator("#tasks .tasks")).not_to_contain_text("due 2027")
    page.get_by_role("button", name="Tick off: Watch the error rate").click()
    page.locator("#task-line").fill("Call the bank @Ada")
    page.locator(".add-task button").click()
    expect(page.locator("#tasks .tasks")).to_contain_text("Call the bank")
    expect(page.locator("#roles")).to_contain_text("Scribe since")
