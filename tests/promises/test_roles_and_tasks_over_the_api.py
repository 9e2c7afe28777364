"""Roles, people and tasks as nouns of the API; and what a terminal makes of them."""

import json
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import door
import pytest
from door import Client, client
from serving import served
from typing_in import Typed, typing_at

from tocsin.access.policy import Role
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.opening import host_work
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def bob(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a person, by which they also come to the door."""
    id_ = people.add_person(host_work(ledger), email="bob@example.com", name="Bob Bell")
    monkeypatch.setitem(door.ROLES, id_, Role.RESPONDER)
    return id_


@pytest.fixture
def olga(ledger: Ledger) -> str:
    host = host_work(ledger)
    return people.add_person(host, email="o@example.com", name="Olga", role=Role.OBSERVER)


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


@pytest.fixture
def his(ledger: Ledger, bob: str) -> Generator[Client]:
    with client(ledger, bob) as made:
        yield made


def declared(ada: Client, **said: Any) -> str:
    reference = ada.post(INCIDENTS, json={"title": "Cards refused", **said}).json()["reference"]
    return f"{INCIDENTS}/{reference}"


def role(shown: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in shown["roles"] if one["role"] == name)


def test_command_is_offered_and_accepted(ada: Client, his: Client, bob: str) -> None:
    one = declared(ada)
    assert ada.put(f"{one}/roles/commander").json()["commander"]["id"] == "ada"
    said = {"role": "commander", "person": bob, "note": "Word was promised at four."}
    offered = ada.post(f"{one}/offers", json=said)
    assert offered.status_code == 201
    offer = role(offered.json(), "commander")["offer"]
    assert (offer["person"]["name"], offer["note"]) == ("Bob Bell", said["note"])
    shown = his.put(f"{one}/offers/commander/acceptance").json()
    assert (shown["commander"]["id"], role(shown, "commander")["offer"]) == (bob, None)
    again = ada.put(f"{one}/offers/commander/acceptance")
    assert (again.status_code, again.json()["code"]) == (409, "offer_gone")
    texts = [item["text"] for item in ada.get(f"{one}/timeline").json()["items"]]
    assert "Bob Bell accepted the command in place of ada." in texts
    assert "ada offered Bob Bell the command: Word was promised at four." in texts


def test_a_role_is_declined_withdrawn_given_up_and_taken(
    ada: Client, his: Client, bob: str
) -> None:
    one = declared(ada)
    ask = {"role": "scribe", "person": bob}
    ada.post(f"{one}/offers", json=ask)
    assert his.put(f"{one}/offers/scribe/refusal", json={"reason": "I drive."}).status_code == 200
    ada.post(f"{one}/offers", json=ask)
    assert role(ada.delete(f"{one}/offers/scribe").json(), "scribe")["offer"] is None
    assert role(his.put(f"{one}/roles/scribe").json(), "scribe")["holder"]["id"] == bob
    taken = ada.put(f"{one}/roles/scribe")
    assert (taken.status_code, taken.json()["code"]) == (409, "role_taken")
    over = ada.put(f"{one}/roles/scribe", json={"instead_of": bob}).json()
    assert role(over, "scribe")["holder"]["id"] == "ada"
    assert role(ada.delete(f"{one}/roles/scribe").json(), "scribe")["holder"] is None
    items = ada.get(f"{one}/roles").json()["items"]
    assert [item["role"] for item in items] == ["commander", "deputy", "scribe", "communications"]
    unknown = ada.put(f"{one}/roles/king")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_role")


def test_one_is_told_who_cannot_be_chosen_and_why(ada: Client, bob: str, olga: str) -> None:
    one = declared(ada, restricted_to=[bob])
    assert ada.get(one).status_code == 404
    one = declared(ada)
    told = {each["person"]["id"]: each for each in ada.get(f"{one}/candidates").json()["items"]}
    assert told[bob]["can_be_chosen"] is True
    assert told[olga]["can_be_chosen"] is False
    assert told[olga]["reason"] == "may not work on incidents"
    chosen = ada.post(f"{one}/offers", json={"role": "deputy", "person": olga})
    assert (chosen.status_code, chosen.json()["code"]) == (409, "person_may_not_respond")
    assert ada.put(f"{one}/commander", json={"commander": olga}).status_code == 409


def test_people_come_follow_and_go(ada: Client, his: Client, bob: str) -> None:
    one = declared(ada)
    shown = his.put(f"{one}/responders/me").json()
    assert [each["person"]["id"] for each in shown["responders"]] == [bob]
    assert ada.delete(f"{one}/responders/{bob}").json()["code"] == "commander_only"
    gone = his.delete(f"{one}/responders/me").json()["responders"]
    assert gone[0]["stood_down_at"] is not None
    assert his.put(f"{one}/followers/me").json()["followers"][0]["id"] == bob
    assert his.delete(f"{one}/followers/me").json()["followers"] == []
    assert his.get(f"{one}/presence").json()["items"] == []


def test_tasks_are_added_given_and_settled(ada: Client, his: Client, bob: str) -> None:
    one = declared(ada)
    said = {"title": "Roll back", "owner": bob, "due": "2026-11-24T04:00:00Z"}
    added = ada.post(f"{one}/tasks", json=said)
    assert added.status_code == 201
    task = added.json()["tasks"][-1]
    assert (task["owner"]["name"], task["state"]) == ("Bob Bell", "open")
    [mine] = his.get("/api/v1/tasks?owner=me").json()["items"]
    assert (mine["title"], f"{INCIDENTS}/{mine['incident']}") == ("Roll back", one)
    place = f"{one}/tasks/{task['id']}"
    done = his.put(f"{place}/state", json={"state": "done"}).json()["tasks"][0]
    assert (done["state"], done["settled_at"]) == ("done", "2026-11-24T03:12:00Z")
    assert his.get("/api/v1/tasks?owner=me").json()["items"] == []
    assert len(his.get("/api/v1/tasks?owner=me&state=done").json()["items"]) == 1
    dropped = his.put(f"{place}/state", json={"state": "dropped", "reason": "Not needed."})
    assert (dropped.status_code, dropped.json()["code"]) == (409, "task_done")
    his.put(f"{place}/state", json={"state": "open"})
    assert his.put(f"{place}/owner", json={"owner": None}).json()["tasks"][0]["owner"] is None
    assert his.put(f"{one}/tasks/none/state", json={"state": "done"}).status_code == 404
    assert len(ada.get(f"{one}/tasks").json()["items"]) == 1


def task_of(ada: Client, one: str, **said: Any) -> str:
    """A new task of an incident, as an address."""
    made = ada.post(f"{one}/tasks", json={"title": "Roll back", **said}).json()["tasks"][-1]
    return f"{one}/tasks/{made['id']}"


def told(ada: Client, one: str) -> list[str]:
    return [item["text"] for item in ada.get(f"{one}/timeline").json()["items"]]


def test_a_task_is_said_in_other_words_and_due_at_another_time(
    ada: Client, his: Client, bob: str
) -> None:
    one = declared(ada)
    task = task_of(ada, one, owner=bob, due="2026-11-24T04:00:00Z")
    both = {"title": " Roll back\n cfg-8841 ", "due": "2026-11-24T06:30:00+01:00"}
    answer = his.patch(task, json=both)
    assert answer.status_code == 200
    [it] = answer.json()["tasks"]
    assert (it["title"], it["due"]) == ("Roll back cfg-8841", "2026-11-24T05:30:00Z")
    assert (it["owner"]["id"], it["state"]) == (bob, "open")
    [it] = ada.patch(task, json={"title": "Fail over"}).json()["tasks"]
    assert (it["title"], it["due"]) == ("Fail over", "2026-11-24T05:30:00Z")
    [it] = ada.patch(task, json={"due": None}).json()["tasks"]
    assert (it["title"], it["due"]) == ("Fail over", None)
    assert told(ada, one)[-4:] == [
        "Bob Bell reworded the task Roll back as Roll back cfg-8841.",
        "Bob Bell made the task Roll back cfg-8841 due 2026-11-24T05:30:00.000000Z.",
        "ada reworded the task Roll back cfg-8841 as Fail over.",
        "ada took the due time from the task Fail over.",
    ]
    [mine] = his.get("/api/v1/tasks?owner=me").json()["items"]
    assert (mine["title"], mine["due"]) == ("Fail over", None)


def test_what_a_task_is_already_changes_nothing(ada: Client) -> None:
    one = declared(ada)
    due = "2026-11-24T04:00:00Z"
    task = task_of(ada, one, due=due)
    tag = ada.get(one).headers["etag"]
    for said in ({"title": "Roll back"}, {"due": due}, {"title": "Roll back", "due": due}, {}):
        answer = ada.patch(task, json=said)
        assert (answer.status_code, answer.headers["etag"]) == (200, tag), said


@pytest.mark.parametrize(
    "said",
    [
        {"title": ""},
        {"title": " \u200b "},
        {"title": "x" * 501},
        {"title": 4},
        {"due": "tomorrow"},
        {"due": "2026-11-24T04:00:00"},
        {"due": "1899-12-31T23:59:59Z"},
        {"due": 1795579200},
        {"title": "Fail over", "due": "2200-01-01T00:00:00Z"},
        {"title": "Fail over", "state": "done"},
    ],
)
def test_what_is_no_task_or_no_time_changes_nothing(ada: Client, said: dict[str, Any]) -> None:
    one = declared(ada)
    task = task_of(ada, one)
    before = ada.get(f"{one}/tasks").json()
    answer = ada.patch(task, json=said)
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert ada.get(f"{one}/tasks").json() == before


def test_only_an_open_task_of_an_incident_that_is_not_closed_is_changed(
    ada: Client, ledger: Ledger
) -> None:
    one = declared(ada)
    task, said = task_of(ada, one), {"title": "Fail over", "due": "2026-11-24T05:00:00Z"}

    def refusal() -> tuple[int, str]:
        answer = ada.patch(task, json=said)
        return answer.status_code, answer.json()["code"]

    for state in ("done", "dropped"):
        ada.put(f"{task}/state", json={"state": state})
        assert refusal() == (409, f"task_{state}")
        ada.put(f"{task}/state", json={"state": "open"})
    for step in ("acknowledgement", "resolution", "closure"):
        ada.put(f"{one}/{step}")
    assert refusal() == (409, "already_closed")
    assert ada.patch(f"{one}/tasks/none", json=said).status_code == 409
    ada.request("DELETE", f"{one}/resolution", json={"reason": "It is back"})
    gone = ada.patch(f"{one}/tasks/none", json=said)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_task")
    with client(ledger, "olga") as looker:
        assert looker.patch(task, json=said).status_code == 403
    ada.put(f"{one}/restriction", json={"reason": "It is a breach."})
    with client(ledger, "eve") as eve:
        assert eve.patch(task, json=said).status_code == 404
    assert ada.get(f"{one}/tasks").json()["items"][0]["title"] == "Roll back"


def test_a_change_of_a_task_is_conditional_and_made_once(ada: Client) -> None:
    one = declared(ada)
    task, tag = task_of(ada, one), {"if-match": ada.get(one).headers["etag"]}
    key = {"idempotency-key": "once-and-only-once"}
    for _ in range(2):
        assert ada.patch(task, json={"title": "Fail over"}, headers=key).status_code == 200
    assert len(told(ada, one)) == 3
    late = ada.patch(task, json={"title": "Wait"}, headers=tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")


def test_lists_follow_when_a_task_is_due_at_another_time(ada: Client) -> None:
    first, second = declared(ada), declared(ada, title="Payouts late")
    early, late = "2026-11-24T04:00:00Z", "2026-11-24T06:00:00Z"
    task = task_of(ada, first, due=early)
    task_of(ada, second, title="Wait", due="2026-11-24T05:00:00Z")

    def order() -> list[str]:
        return [one["title"] for one in ada.get("/api/v1/tasks").json()["items"]]

    def clock() -> dict[str, str] | None:
        found = ada.get(INCIDENTS, params={"q": "refused"}).json()["items"]
        at: dict[str, dict[str, str] | None] = {it["reference"]: it["next_clock"] for it in found}
        return at[first.rpartition("/")[2]]

    assert (order(), clock()) == (["Roll back", "Wait"], {"at": early, "of": "task"})
    ada.patch(task, json={"due": late})
    assert (order(), clock()) == (["Wait", "Roll back"], {"at": late, "of": "task"})
    ada.patch(task, json={"due": None})
    assert (order(), clock()) == (["Wait", "Roll back"], None)


def test_a_task_is_found_by_its_new_words(ada: Client) -> None:
    one = declared(ada)
    ada.patch(task_of(ada, one), json={"title": "Drain the Dublin pool"})
    [found] = ada.get("/api/v1/search", params={"q": "dublin"}).json()["items"]
    assert one.endswith(found["incident"]["reference"])


def test_a_task_is_added_once_however_often_the_request_is_repeated(ada: Client) -> None:
    one = declared(ada)
    key = {"idempotency-key": "once-and-only-once"}
    for _ in range(2):
        answer = ada.post(f"{one}/tasks", json={"title": "Roll back"}, headers=key)
        assert (answer.status_code, len(answer.json()["tasks"])) == (201, 1)


def test_what_one_bases_on_an_older_version_is_refused(ada: Client) -> None:
    one = declared(ada)
    tag = {"if-match": ada.get(one).headers["etag"]}
    ada.post(f"{one}/tasks", json={"title": "Roll back"})
    assert ada.put(f"{one}/roles/scribe", headers=tag).status_code == 412


def test_tasks_of_what_one_may_not_see_are_in_no_list(ledger: Ledger, ada: Client) -> None:
    one = declared(ada)
    ada.put(f"{one}/restriction", json={"reason": "It is a breach."})
    ada.post(f"{one}/tasks", json={"title": "Call the bank"})
    open_one = declared(ada)
    for number in range(3):
        ada.post(f"{open_one}/tasks", json={"title": f"No. {number}"})
    with client(ledger, "eve") as eve:
        assert eve.get(f"{one}/tasks").status_code == 404
        titles, cursor = list[str](), ""
        while cursor is not None:
            page = eve.get(f"/api/v1/tasks?limit=2{cursor and f'&cursor={cursor}'}").json()
            titles += [item["title"] for item in page["items"]]
            cursor = page["next"]
        assert sorted(titles) == ["No. 0", "No. 1", "No. 2"]


@pytest.fixture
def url(ledger: Ledger) -> Generator[str]:
    with served(door.app(ledger)) as address:
        yield address


@pytest.fixture
def typed(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    return typing_at(url, monkeypatch, capsys)


def test_work_is_shared_out_from_a_terminal(typed: Typed, bob: str, olga: str) -> None:
    assert bob != olga
    reference = typed("declare", "Cards refused")[1]
    said = f"Bob Bell is asked to be commander of {reference}."
    assert typed("handover", reference, "--to", "bob", "--note", "All quiet") == (0, said, "")
    code, _, refusal = typed("handover", reference, "--to", "Olga")
    assert (code, refusal) == (1, "Olga may not work on incidents.")
    assert typed("handover", reference, "--to", "Zoe")[2] == "Nobody is called Zoe."
    due = "2026-11-24T04:00:00Z"
    added = typed("task", reference, "Roll back", "--owner", "Bob Bell", "--due", due)
    assert added == (0, f"Added to {reference} for Bob Bell.", "")
    assert typed("task", reference, "Brief support") == (0, f"Added to {reference}.", "")
    lines = typed("tasks")[1].splitlines()
    assert lines[0].split("\t") == [reference, "2026-11-24 04:00Z", "Bob Bell", "Roll back"]
    assert len(lines) == 2
    of_bob = json.loads(typed("tasks", "--owner", "Bob", "--json")[1])
    assert [it["title"] for it in of_bob] == ["Roll back"]


def test_a_task_is_changed_from_a_terminal(typed: Typed) -> None:
    reference = typed("declare", "Cards refused")[1]
    typed("task", reference, "Roll back", "--due", "2026-11-24T04:00:00Z")
    change = ("task", "change", reference)
    dated = f"In {reference}: Fail over, due 2026-11-24 04:00Z"
    assert typed(*change, "roll", "--title", "Fail over") == (0, dated, "")
    assert typed(*change, "FAIL OVER", "--due", "none") == (0, f"In {reference}: Fail over", "")
    shown = json.loads(typed(*change, "fail", "--due", "2026-11-24T05:00:00Z", "--json")[1])
    [task] = shown["tasks"]
    assert (task["title"], task["due"]) == ("Fail over", "2026-11-24T05:00:00Z")
    again = f"In {reference}: Fail back, due 2026-11-24 05:00Z"
    assert typed(*change, task["id"], "--title", "Fail back") == (0, again, "")
    typed("task", reference, "Fail softly")
    several = "More than one open task is called fail."
    assert typed(*change, "fail", "--due", "none") == (1, "", several)
    assert typed(*change, "Zoe", "--due", "none")[2] == "No open task is called Zoe."
    assert typed(*change, "Fail back")[2] == "Say --title, --due or both."
    assert typed(*change, "Fail back", "--due", "soon")[0] == 1
