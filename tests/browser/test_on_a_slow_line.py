"""Answers that come late, or overtake one another, take nothing from under the hand and lose no word."""

from browsing import Served, Visit
from playwright.sync_api import Page, Route, expect
from processes import until

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import tasks
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.ledger.words import Text

OPEN_AND_GO_ON = """new Promise(done => {
  const dialog = document.querySelector('#severity'), focused = () => document.activeElement;
  let first;
  dialog.addEventListener('toggle', () => setTimeout(() => done([first, focused().name])));
  document.querySelector('[popovertarget=severity]').click();
  first = focused().value;
  dialog.querySelector('[name=reason]').focus();
})"""

TYPE_AND_ENTER = """words => {
  const asked = document.querySelector('#palette input');
  asked.value = words;
  asked.dispatchEvent(new Event('input'));
  asked.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
}"""


def live(page: Page) -> Page:
    expect(page.locator("#live .words")).to_contain_text("Live")
    return page


class Held:
    """Requests that wait on their way to the server until they are let go."""

    def __init__(self, page: Page, place: str, kind: str = "fetch") -> None:
        self.page, self.kind = page, kind
        self.routes: list[Route] = []
        page.route(place, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.resource_type == self.kind:
            self.routes.append(route)
        else:
            route.continue_()

    def has(self, number: int) -> bool:
        return bool(self.page.evaluate("true")) and len(self.routes) >= number

    def wait(self, number: int = 1) -> None:
        until(lambda: self.has(number), "it was not asked")

    def let_go(self, at: int = 0) -> None:
        self.routes[at].continue_()


def tick(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Tick off: {title}").click()


def test_ones_own_note_is_shown_at_once_whichever_answer_comes_first(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Transfers are late")
    page = live(visit(served, f"/incidents/{reference}"))
    page.get_by_label("Timeline entry").fill("Stopped the batch")
    looks = Held(page, f"**/incidents/{reference}")
    page.keyboard.press("Control+Enter")
    until(lambda: looks.has(1) and is_recorded(served, reference), "it did not arrive")
    looks.wait(2)
    looks.let_go(1)
    expect(page.locator(".timeline [data-key] .said")).to_contain_text("Stopped the batch")
    expect(page.locator(".fresh")).to_be_hidden()
    looks.let_go(0)


def is_recorded(served: Served, reference: str) -> bool:
    _, entries = commands.timeline(served.work("Rex"), reference)
    return any(isinstance(one.event, Noted) for one in entries)


def test_the_next_task_is_written_while_the_first_is_on_its_way(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Payouts late")
    page = live(visit(served, f"/incidents/{reference}"))
    sent = Held(page, "**/tasks")
    page.keyboard.press("t")
    page.keyboard.type("Roll back @rex")
    page.keyboard.press("Enter")
    sent.wait(1)
    page.keyboard.press("Enter")
    page.keyboard.type("Brief support")
    page.keyboard.press("Enter")
    sent.wait(2)
    page.keyboard.type("Call the ba")
    sent.let_go(1)
    expect(page.locator("#tasks .tasks")).to_contain_text("Brief support")
    sent.let_go(0)
    expect(page.locator("#tasks .tasks")).to_contain_text("Roll back")
    page.keyboard.type("nk")
    expect(page.locator("#task-line")).to_have_value("Call the bank")
    expect(page.locator("#task-line")).to_be_focused()
    assert len(commands.one(served.work("Rex"), reference).incident.open_tasks) == 2


def test_a_task_that_was_just_added_can_be_changed_at_once(served: Served, visit: Visit) -> None:
    reference = served.declare("Payouts late")
    page = live(visit(served, f"/incidents/{reference}"))
    looks = Held(page, f"**/incidents/{reference}")
    page.keyboard.press("t")
    page.keyboard.type("Roll back")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Change: Roll back").click()
    expect(page.get_by_role("textbox", name="What is to be done")).to_have_value("Roll back")
    for late in looks.routes:
        late.continue_()


def test_a_refused_line_comes_back_before_what_was_written_meanwhile(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Payouts late")
    page = live(visit(served, f"/incidents/{reference}"))
    sent = Held(page, "**/tasks")
    page.keyboard.press("t")
    page.keyboard.type("Roll back @zoe")
    page.keyboard.press("Enter")
    sent.wait()
    page.keyboard.type("at once")
    sent.let_go()
    expect(page.locator("#tasks-err")).to_contain_text("@zoe is nobody here")
    expect(page.locator("#task-line")).to_have_value("Roll back @zoe at once")
    page.keyboard.press("Enter")
    sent.wait(2)
    sent.routes[1].abort()
    expect(page.locator("#task-line")).to_have_value("Roll back @zoe at once")


def test_half_a_task_and_a_pressed_button_outlive_the_answer_to_another(
    served: Served, visit: Visit
) -> None:
    reference, rex = served.declare("Payouts late"), served.work("Rex")
    for line in ("Roll back", "Brief support"):
        tasks.add_task_in_a_line(rex, reference, line)
    page = live(visit(served, f"/incidents/{reference}"))
    sent = Held(page, "**/tasks/done")
    page.locator("#task-line").fill("Half a task")
    tick(page, "Brief support")
    sent.wait()
    page.get_by_role("button", name="Tick off: Roll back").hover()
    page.mouse.down()
    sent.let_go()
    expect(page.get_by_role("button", name="Tick off: Brief support")).to_have_count(0)
    page.mouse.up()
    sent.wait(2)
    sent.let_go(1)
    expect(page.locator("#tasks")).to_contain_text("2 done or dropped")
    expect(page.locator("#task-line")).to_have_value("Half a task")


def test_a_nervous_click_ticks_off_once(served: Served, visit: Visit) -> None:
    reference = served.declare("Payouts late")
    tasks.add_task_in_a_line(served.work("Rex"), reference, "Roll back")
    page = live(visit(served, f"/incidents/{reference}"))
    sent = Held(page, "**/tasks/done")
    tick(page, "Roll back")
    tick(page, "Roll back")
    sent.wait()
    sent.let_go()
    expect(page.locator("#tasks")).to_contain_text("1 done or dropped")
    expect(page.locator("#tasks .err")).to_have_count(0)
    assert len(sent.routes) == 1


def test_the_entry_that_has_the_focus_keeps_it_while_the_page_follows(
    served: Served, visit: Visit
) -> None:
    reference = served.declare("Slow pages")
    page = live(visit(served, f"/incidents/{reference}"))
    page.keyboard.press("j")
    expect(page.locator("#entry-1")).to_be_focused()
    commands.mark_key_moment(served.work("Ada"), reference, entry=1, wanted=True)
    expect(page.locator("#entry-1").get_by_text("Key moment", exact=True)).to_be_visible()
    expect(page.locator("#entry-1")).to_be_focused()
    said = Noted(kind=NoteKind.NOTE, text=Text("Still slow"))
    commands.note(served.work("Ada"), reference, said)
    expect(page.locator(".fresh")).to_contain_text("waiting")
    expect(page.locator("#entry-1")).to_be_focused()


def test_a_dialog_takes_the_focus_as_it_opens_and_never_later(served: Served, visit: Visit) -> None:
    page = visit(served, f"/incidents/{served.incidents['new']}")
    assert page.evaluate(OPEN_AND_GO_ON) == ["2", "reason"]
    page.locator("#severity input[value='3']").check()
    page.keyboard.press("Escape")
    expect(page.locator("#severity")).to_be_hidden()
    page.keyboard.press("s")
    expect(page.locator("#severity input[value='3']")).to_be_focused()


def test_enter_runs_what_was_typed_although_it_was_looked_for_once_more(
    served: Served, visit: Visit
) -> None:
    page = live(visit(served, f"/incidents/{served.incidents['new']}"))
    page.keyboard.press("Control+K")
    expect(page.get_by_role("option", name="Attach a file")).to_be_visible()
    looks = Held(page, "**/search/found?*")
    page.evaluate(TYPE_AND_ENTER, "Attach a file")
    looks.wait(2)
    looks.let_go(0)
    until(lambda: looks.has(3) or page.locator("#palette").is_hidden(), "nothing was run")
    for late in looks.routes[1:]:
        late.continue_()
    expect(page.locator("#attachments")).to_be_visible()
    expect(page.locator("#palette")).to_be_hidden()


def test_enter_runs_nothing_in_a_palette_that_was_opened_anew_meanwhile(
    served: Served, visit: Visit
) -> None:
    page = live(visit(served, f"/incidents/{served.incidents['new']}"))
    page.keyboard.press("Control+K")
    looks = Held(page, "**/search/found?*")
    page.evaluate(TYPE_AND_ENTER, "Attach a file")
    looks.wait()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("Control+K")
    with page.expect_response("**/search/found?*"):
        looks.let_go()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.get_by_role("option").first).to_be_visible()
    for late in looks.routes[1:]:
        late.continue_()
