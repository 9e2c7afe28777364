"""Roles, tasks and who is here, on the page of an incident, as forms that work without script."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from litestar.testing import TestClient
from skeleton import forms

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, roles, tasks
from tocsin.features.incidents.lifecycle.tasks import Due
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import RoleName
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

PASSWORD = "heron lantern orbit 47"
ROLES = {"Ada": Role.MANAGER, "Eve": Role.RESPONDER, "Olga": Role.OBSERVER}
HOSTILE = "<img src=x onerror=alert(1)>"


class Desk:
    """Some people, each before the page of one incident, on one server."""

    def __init__(self, ledger: Ledger, clock: SimulatedClock) -> None:
        self.ledger, self.clock = ledger, clock
        self.ids = {
            name: people.add_person(
                host_work(ledger),
                email=f"{name.lower()}@example.com",
                name=name,
                role=role,
                password=PASSWORD,
            )
            for name, role in ROLES.items()
        }
        said = Declaration(title="Cards refused")
        self.reference = commands.declare(self.work("Ada"), said).incident.reference
        self.place = f"/incidents/{self.reference}"
        self.browser: TestClient[Any] = TestClient(make_app(ledger, Settings()))
        self.secrets = {name: self._signed_in(name) for name in ROLES}

    def _signed_in(self, name: str) -> str:
        attempt = people.Attempt(email=f"{name.lower()}@example.com", password=PASSWORD)
        return people.sign_in(self.ledger, attempt)

    def work(self, name: str) -> UnitOfWork:
        by = By(id=self.ids[name], kind="person")
        return UnitOfWork(self.ledger, holding(ROLES[name], by, self.ids[name]))

    @property
    def incident(self) -> Incident:
        return commands.one(self.work("Ada"), self.reference).incident

    def page(self, name: str, path: str = "") -> str:
        self.browser.cookies.set(session.NAME, self.secrets[name])
        return str(self.browser.get(path or self.place).text)

    def send(self, name: str, form: str, **fields: str) -> Any:
        """Send a form of the page as it stands there, with these fields filled in."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.page(name, "/account"))
        assert token is not None
        data = fields | {"csrf": token.group(1)}
        headers = {"sec-fetch-site": "same-origin"}
        place = f"{self.place}/{form}"
        return self.browser.post(place, data=data, headers=headers, follow_redirects=False)


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    made = Desk(found(database, keys.make(), clock, origin="test"), clock)
    with made.browser:
        yield made


def panel(page: str, name: str) -> str:
    """The words and marks of one panel of the rail."""
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_command_is_handed_over_from_page_to_page(desk: Desk) -> None:
    assert desk.send("Ada", "roles/taking", role="commander").status_code == 303
    offer = {"role": "commander", "person": desk.ids["Eve"], "note": f"Call the bank {HOSTILE}"}
    answer = desk.send("Ada", "offers", **offer)
    assert answer.headers["location"] == f"{desk.place}#roles"
    asked = panel(desk.page("Eve"), "roles")
    assert "Ada asks you to be incident commander. Call the bank" in words(asked)
    assert HOSTILE not in asked
    assert "offers/acceptance" not in panel(desk.page("Ada"), "roles")
    assert desk.send("Eve", "offers/acceptance", role="commander").status_code == 303
    assert "Eve Incident commander since 03:12" in words(panel(desk.page("Ada"), "roles"))


def test_an_offer_that_is_gone_is_said_where_it_was_pressed(desk: Desk) -> None:
    ada, eve = desk.work("Ada"), desk.ids["Eve"]
    roles.offer_role(ada, desk.reference, role=RoleName.SCRIBE, person=eve)
    roles.take_role(ada, desk.reference, role=RoleName.SCRIBE)
    answer = desk.send("Eve", "offers/acceptance", role="scribe")
    assert answer.status_code == 409
    assert "This offer is not open any more" in words(panel(answer.text, "roles"))


def test_who_cannot_be_chosen_stands_in_the_list_with_why(desk: Desk) -> None:
    dialog = desk.page("Ada").partition('id="offers"')[2].partition("</dialog")[0]
    assert re.search(r"disabled>Olga: may not work on incidents", dialog)
    answer = desk.send("Ada", "offers", role="scribe", person=desk.ids["Olga"])
    dialog = answer.text.partition('id="offers"')[2].partition("</dialog")[0]
    assert answer.status_code == 409
    assert "This person may not work on incidents" in words(dialog)


def test_choosing_oneself_takes_the_role_from_whom_one_saw_holding_it(desk: Desk) -> None:
    roles.take_role(desk.work("Eve"), desk.reference, role=RoleName.SCRIBE)
    own = {"role": "scribe", "person": desk.ids["Ada"]}
    assert desk.send("Ada", "offers", **own).status_code == 409
    saw = own | {"held_scribe": desk.ids["Eve"]}
    assert desk.send("Ada", "offers", **saw).status_code == 303
    assert desk.incident.holder_of(RoleName.SCRIBE) == desk.ids["Ada"]


def test_an_observer_may_follow_and_has_no_other_form(desk: Desk) -> None:
    tasks.add_task(desk.work("Ada"), desk.reference, title="Roll back")
    page = desk.page("Olga")
    both = panel(page, "roles") + panel(page, "tasks")
    assert re.findall(r'action="([^"]+)"', both) == [f"{desk.place}/followers"]
    assert desk.send("Olga", "followers").status_code == 303
    assert "followers/leaving" in panel(desk.page("Olga"), "roles")
    assert desk.send("Olga", "tasks", line="x").status_code == 403


def test_a_task_is_a_line_with_a_name_and_is_ticked_off(desk: Desk) -> None:
    answer = desk.send("Ada", "tasks", line=f"Roll back {HOSTILE} @eve", due="2026-11-24T03:42")
    assert answer.headers["location"] == f"{desk.place}#tasks"
    [task] = desk.incident.tasks
    assert (task.owner, desk.incident.open_tasks) == (desk.ids["Eve"], (task,))
    shown = panel(desk.page("Eve"), "tasks")
    assert HOSTILE not in shown
    assert "due 2026-11-24 03:42:00 UTC yours" in words(shown)
    assert "1 open task" in words(panel(desk.page("Eve"), "head"))
    desk.clock.advance(timedelta(minutes=42))
    assert "overdue by 12 min" in words(panel(desk.page("Eve"), "tasks"))
    assert "overdue by 12 min" in words(desk.page("Eve", "/tasks"))
    assert "Nothing is to be done" in words(desk.page("Ada", "/tasks"))
    assert desk.send("Eve", "tasks/done", task=task.id).status_code == 303
    assert desk.incident.open_tasks == ()
    assert "open task" not in words(panel(desk.page("Eve"), "head"))
    assert desk.send("Eve", "tasks/reopened", task=task.id).status_code == 303
    assert desk.send("Eve", "tasks/owner", task=task.id, owner="").status_code == 303
    assert desk.send("Eve", "tasks/dropped", task=task.id, reason="Too late").status_code == 303
    assert "Eve dropped the task" in words(desk.page("Ada"))


def test_a_line_that_names_nobody_is_kept_with_what_is_wrong(desk: Desk) -> None:
    answer = desk.send("Ada", "tasks", line="Roll back @zoe")
    shown = panel(answer.text, "tasks")
    assert answer.status_code == 400
    assert "@zoe is nobody here" in words(shown)
    assert 'value="Roll back @zoe"' in shown


def changing(page: str) -> dict[str, str]:
    """What the form that changes the first task of a page sends as it stands."""
    return next(dict(form.sent) for form in forms(page) if form.action.endswith("tasks/changed"))


def dialog_of(page: str, task: str) -> str:
    return page.partition(f'id="task-change-{task}"')[2].partition("</dialog")[0]


def test_a_form_changes_a_task_and_begins_with_what_it_is(desk: Desk) -> None:
    ada, due = desk.work("Ada"), desk.clock() + timedelta(minutes=30, seconds=30)
    tasks.add_task(ada, desk.reference, title=f"Roll back {HOSTILE}", due=due)
    page = desk.page("Eve")
    form = changing(page)
    assert (form["title"], form["due"]) == (f"Roll back {HOSTILE}", "2026-11-24T03:42")
    assert HOSTILE not in page
    assert desk.send("Eve", "tasks/changed", **form).status_code == 303
    assert desk.incident.tasks[0].due == due, "to the second, where nobody said another"
    answer = desk.send("Eve", "tasks/changed", **form | {"title": "Fail over"})
    assert answer.headers["location"] == f"{desk.place}#tasks"
    assert desk.incident.tasks[0].due == due
    later = changing(desk.page("Eve")) | {"due": "2026-11-24T05:00"}
    assert desk.send("Eve", "tasks/changed", **later).status_code == 303
    shown = words(panel(desk.page("Eve"), "tasks"))
    assert "Fail over due 2026-11-24 05:00:00 UTC" in shown
    without = changing(desk.page("Eve")) | {"due": ""}
    assert desk.send("Eve", "tasks/changed", **without).status_code == 303
    assert "due" not in words(panel(desk.page("Eve"), "tasks")).partition("Add a task")[0]
    told = words(desk.page("Ada"))
    assert "Eve made the task Fail over due" in told
    assert "Eve took the due time from the task Fail over." in told


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"title": ""}, "Say in one line what is to be done."),
        ({"title": "x" * 501}, "A task has 500 characters at most, this one 501."),
        ({"due": "tomorrow"}, "Give the time as 2026-11-24 03:12."),
        ({"due": "1066-10-14T09:00"}, "Give a time between the years 1900 and 2200."),
    ],
)
def test_a_change_that_is_no_task_or_no_time_is_said_in_its_form(
    desk: Desk, said: dict[str, str], wrong: str
) -> None:
    for title in ("Roll back", "Brief support"):
        tasks.add_task(desk.work("Ada"), desk.reference, title=title)
    first, second = (task.id for task in desk.incident.tasks)
    answer = desk.send("Ada", "tasks/changed", **changing(desk.page("Ada")) | said)
    assert answer.status_code == 400
    assert wrong in words(dialog_of(answer.text, first))
    assert 'aria-invalid="true"' in dialog_of(answer.text, first)
    assert wrong not in words(dialog_of(answer.text, second))
    kept = changing(answer.text)
    assert {name: kept[name] for name in said} == said
    assert [task.due for task in desk.incident.tasks] == [None, None]


def test_a_form_overwrites_nothing_of_a_task_that_its_sender_did_not_see(desk: Desk) -> None:
    ada, eve = desk.work("Ada"), desk.work("Eve")
    task = tasks.add_task(ada, desk.reference, title="Roll back").incident.tasks[0].id
    old, due = changing(desk.page("Ada")), desk.clock() + timedelta(hours=1)
    tasks.change_task(eve, desk.reference, task=task, title="Fail over")
    dated = old | {"due": "2026-11-24T05:00"}
    assert desk.send("Ada", "tasks/changed", **dated).status_code == 303
    [it] = desk.incident.tasks
    assert (it.title, it.due) == (Text("Fail over"), datetime(2026, 11, 24, 5, tzinfo=UTC))
    tasks.change_task(eve, desk.reference, task=task, due=Due(due))
    answer = desk.send("Ada", "tasks/changed", **old | {"title": "Wait"})
    shown = words(dialog_of(answer.text, task))
    assert answer.status_code == 409
    assert "Somebody changed this incident meanwhile." in shown
    assert "Now it is: Fail over, due 2026-11-24 04:12:00 UTC." in shown
    again = changing(answer.text)
    assert (again["title"], again["due"]) == ("Wait", "2026-11-24T04:12")
    assert desk.send("Ada", "tasks/changed", **again).status_code == 303
    [it] = desk.incident.tasks
    assert (it.title, it.due) == (Text("Wait"), due)


def test_what_is_done_or_closed_has_no_form_to_change_it(desk: Desk) -> None:
    ada = desk.work("Ada")
    for title in ("Roll back", "Brief support"):
        tasks.add_task(ada, desk.reference, title=title)
    old = changing(desk.page("Ada"))
    assert desk.send("Eve", "tasks/done", task=old["task"]).status_code == 303
    late = desk.send("Ada", "tasks/changed", **old | {"title": "Fail over"})
    assert late.status_code == 409
    assert "This task is done" in words(panel(late.text, "tasks"))
    assert changing(late.text)["title"] == "Brief support"
    commands.acknowledge(ada, desk.reference)
    commands.resolve(ada, desk.reference)
    commands.close(ada, desk.reference)
    assert "tasks/changed" not in desk.page("Ada")
    assert "Change: Brief support" not in desk.page("Ada")


def test_tasks_of_what_one_may_not_see_are_on_no_page_and_in_no_count(desk: Desk) -> None:
    commands.restrict(desk.work("Ada"), desk.reference, named=(), reason="It is a breach.")
    tasks.add_task(desk.work("Ada"), desk.reference, title="Call the bank")
    assert "Call the bank" in desk.page("Ada", "/tasks?view=everybody")
    shown = words(desk.page("Eve", "/tasks?view=everybody"))
    assert "Call the bank" not in shown
    assert "Everybody's 0" in shown


def test_a_beat_says_who_is_here_and_needs_to_come_from_the_page(desk: Desk) -> None:
    beat = desk.send("Ada", "presence")
    assert (beat.status_code, words(beat.text)) == (200, "Here now: A Ada")
    assert words(desk.send("Eve", "presence").text) == "Here now: A Ada E Eve"
    assert "Here now: A Ada E Eve" in words(panel(desk.page("Olga"), "roles"))
    forged = desk.browser.post(f"{desk.place}/presence", follow_redirects=False)
    assert forged.status_code == 403
    commands.restrict(desk.work("Ada"), desk.reference, named=(), reason="It is a breach.")
    assert desk.send("Eve", "presence").status_code == 404


@pytest.mark.parametrize(
    ("form", "end"),
    [("responders", "responders/standing-down"), ("followers", "followers/leaving")],
)
def test_one_comes_and_goes(desk: Desk, form: str, end: str) -> None:
    counted: dict[str, Callable[[], int]] = {
        "responders": lambda: len(desk.incident.engaged),
        "followers": lambda: len(desk.incident.followers),
    }
    for name, number in ((form, 1), (form, 1), (end, 0), (end, 0)):
        assert desk.send("Eve", name).status_code == 303
        assert counted[form]() == number
