"""Two people, two browsers, two serving processes on one PostgreSQL.

Nothing is overwritten unseen, nothing typed is lost, and nothing is told to whoever may not know it.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from browsing import Served, Visit, populate
from databases import MISSING, binaries, cluster
from playwright.sync_api import Page, Route, expect
from processes import Organisation, Process, until

from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock, system_clock
from tocsin.ledger.words import shown
from tocsin.runtime.opening import found_ledger, host_work
from tocsin.runtime.settings import Settings

SOON = 30_000
LISTEN = """
window.heard = [];
window.stream = new EventSource('/stream');
for (const name of ['incidents', 'beat']) stream.addEventListener(name, () => heard.push(name));
new Promise(done => { stream.onopen = () => done(true); })
"""


@dataclass
class Pair:
    """Two processes that serve the same organisation."""

    organisation: Organisation
    processes: list[Process]
    one: Served
    other: Served

    def killed(self) -> None:
        """Kill the first, as the power would."""
        self.processes[0].kill()
        self.organisation.processes.remove(self.processes[0])

    def started_again(self) -> None:
        """Start the first again where it was."""
        port = int(self.one.url.rpartition(":")[2])
        self.processes[0] = self.organisation.serve(port)

    def notes(self, reference: str) -> list[str]:
        _, entries = commands.timeline(self.one.work("Rex"), reference)
        return [shown(each.event.text) for each in entries if isinstance(each.event, Noted)]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Generator[Pair]:
    programs = binaries()
    if programs is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("pair")
    with cluster(programs) as url:
        clock = SimulatedClock(datetime.now(UTC) - timedelta(hours=5))
        settings = Settings(data_folder=folder / "data", database_url=url)
        one = Served("", found_ledger(settings, clock))
        populate(one, clock)
        one.ledger.clock = system_clock
        organisation = Organisation(folder, url)
        try:
            processes = [organisation.serve(), organisation.serve()]
            one.url = processes[0].url
            yield Pair(organisation, processes, one, replace(one, url=processes[1].url))
        finally:
            organisation.stop()
            one.ledger.database.close()


def live(page: Page) -> Page:
    expect(page.locator("#live")).to_contain_text("Live", timeout=SOON)
    return page


def test_who_was_faster_is_said_with_both_values_and_one_press_applies_the_own(
    pair: Pair, visit: Visit
) -> None:
    reference = pair.one.declare("Card payments slow")
    place = f"/incidents/{reference}"
    rex, ada = live(visit(pair.one, place)), live(visit(pair.other, place, who="Ada"))
    rex.keyboard.press("s")
    rex.locator("#severity").get_by_role("radio", name="Team, day or night").check()
    rex.locator("#severity").get_by_label("Why").fill("Half of the customers fail")
    ada.keyboard.press("s")
    ada.locator("#severity").get_by_role("radio", name="All hands").check()
    ada.locator("#severity").get_by_label("Why").fill("All of them fail")
    ada.locator("#severity").get_by_role("button", name="Change severity").click()
    expect(ada.locator("#head .sev")).to_have_text("Sev-1")
    expect(rex.locator("#head .sev")).to_have_text("Sev-1", timeout=SOON)
    dialog = rex.locator("#severity")
    expect(dialog.get_by_label("Why")).to_have_value("Half of the customers fail")
    dialog.get_by_role("button", name="Change severity").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Changed by Ada")
    expect(dialog.locator("dd")).to_have_text(["Sev-1", "Sev-2"])
    expect(dialog.get_by_label("Why")).to_have_value("Half of the customers fail")
    assert commands.one(pair.one.work("Rex"), reference).incident.severity == 1
    dialog.get_by_role("button", name="Apply yours anyway").click()
    expect(rex.locator("#head .sev")).to_have_text("Sev-2")
    expect(ada.locator("#head .sev")).to_have_text("Sev-2", timeout=SOON)


def test_a_half_typed_note_survives_a_killed_server_and_is_posted_once(
    pair: Pair, visit: Visit
) -> None:
    reference = pair.one.declare("Refunds are late")
    place = f"/incidents/{reference}"
    rex, ada = live(visit(pair.one, place)), live(visit(pair.other, place, who="Ada"))
    text = rex.get_by_label("Timeline entry")
    text.press_sequentially("The queue is st")
    pair.killed()
    expect(rex.locator("#live")).to_contain_text("Stale", timeout=SOON)
    text.press_sequentially("uck")
    rex.keyboard.press("Control+Enter")
    expect(rex.locator("#unsent")).to_contain_text("Not sent: No connection", timeout=SOON)
    expect(rex.locator("#lost")).to_be_visible()
    pair.started_again()
    expect(rex.locator("#lost")).to_be_hidden(timeout=SOON)
    live(rex)
    expect(text).to_be_focused()
    text.press_sequentially(".")
    rex.reload()
    expect(text).to_have_value("The queue is stuck.")
    note(rex, "The queue is stuck.")
    rex.reload()
    expect(text).to_have_value("")
    expect(ada.locator(".fresh")).to_contain_text("waiting", timeout=SOON)
    ada.keyboard.press(".")
    expect(ada.locator(".timeline .said")).to_contain_text("The queue is stuck.")
    assert pair.notes(reference) == ["The queue is stuck."]


def test_a_note_whose_answer_was_lost_arrives_once_however_often_it_is_sent(
    pair: Pair, visit: Visit
) -> None:
    reference = pair.one.declare("Statements are late")
    rex = live(visit(pair.one, f"/incidents/{reference}"))
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch(max_redirects=0).status)
        route.abort()

    rex.route("**/entries", lose_the_answer)
    text = rex.get_by_label("Timeline entry")
    text.fill("<b>Restarted</b> the batch")
    add = rex.get_by_role("button", name="Add", exact=False).first
    for nth in (1, 2):
        rex.keyboard.press("Control+Enter") if nth == 1 else add.click()
        until(lambda nth=nth: rex.evaluate("1") and len(lost) == nth, "it was not sent")  # type: ignore[misc]  # bound at once
        expect(rex.locator("#unsent")).to_contain_text("it arrives once")
        expect(text).to_have_value("<b>Restarted</b> the batch")
    rex.unroute("**/entries")
    add.click()
    expect(text).to_have_value("")
    expect(rex.locator(".timeline .said")).to_have_count(1)
    expect(rex.locator(".timeline .said")).to_contain_text("<b>Restarted</b> the batch")
    assert lost == [303, 303]
    assert pair.notes(reference) == ["<b>Restarted</b> the batch"]


def test_a_stream_goes_silent_for_whoever_is_not_named_any_more(pair: Pair, visit: Visit) -> None:
    reference, elsewhere = pair.one.declare("Odd sessions"), pair.one.declare("Slow reports")
    place = f"/incidents/{reference}"
    open_page = live(visit(pair.one, place))
    rex, control = hears(pair, visit, "Rex"), hears(pair, visit, "Ada")
    ada = live(visit(pair.other, place, who="Ada"))
    note(ada, "Looks like one person")
    until(lambda: "incidents" in heard(rex), "an open incident makes a sound")
    heard_by_named = heard(control).count("incidents")
    ada.get_by_role("button", name="Restrict", exact=True).first.click()
    ada.locator("#restriction").get_by_label("Why").fill("It may be an insider")
    ada.locator("#restriction").get_by_role("button", name="Restrict").click()
    expect(ada.locator("#head")).to_contain_text("Restricted")
    until(lambda: heard(control).count("incidents") > heard_by_named, "who is named hears it")
    beats(rex)
    before, heard_by_named = heard(rex).count("incidents"), heard(control).count("incidents")
    note(ada, "It is an insider")
    until(lambda: heard(control).count("incidents") > heard_by_named, "who is named hears it")
    beats(rex)
    assert heard(rex).count("incidents") == before
    assert "is an insider" not in open_page.content()
    commands.acknowledge(pair.one.work("Ada"), elsewhere)
    expect(open_page.locator("main")).to_contain_text("There is no incident", timeout=SOON)


def test_a_stream_ends_for_whoever_is_let_in_no_more(pair: Pair, visit: Visit) -> None:
    reference = pair.one.declare("Reports are late")
    olga = hears(pair, visit, "Olga", f"/incidents/{reference}")
    people.disable(host_work(pair.one.ledger), pair.one.people["Olga"])
    until(lambda: olga.evaluate("stream.readyState") == 2, "the stream ends", seconds=30)
    before = heard(olga).count("incidents")
    ada = live(visit(pair.other, f"/incidents/{reference}", who="Ada"))
    note(ada, "She must not hear of this")
    expect(olga.locator("#lost .out")).to_be_visible(timeout=SOON)
    expect(olga.locator("#lost .out")).to_contain_text("You are signed out")
    assert heard(olga).count("incidents") == before
    assert "must not hear" not in olga.content()


def hears(pair: Pair, visit: Visit, who: str, place: str = "/account") -> Page:
    """A page of somebody that writes down what its stream says."""
    page = live(visit(pair.one, place, who=who))
    assert page.evaluate(LISTEN) is True
    return page


def heard(page: Page) -> list[str]:
    names: list[str] = page.evaluate("heard")
    return names


def beats(page: Page) -> None:
    """Wait for two beats more: what was to be told before them has been told."""
    before = heard(page).count("beat")
    until(lambda: heard(page).count("beat") >= before + 2, "it does not beat", seconds=60)


def note(page: Page, text: str) -> None:
    page.get_by_label("Timeline entry").fill(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline .said", has_text=text)).to_be_visible()
    expect(page.get_by_label("Timeline entry")).to_have_value("")
