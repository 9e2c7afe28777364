"""What a responder types to hand over a role and share out work: through the API alone, as in cli.py."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from cyclopts import App, Parameter

from tocsin.cli.output import say, say_json, say_table
from tocsin.features.incidents.terms import EXERCISES, RoleName, TaskState
from tocsin.foundation.refusal import Refused

if TYPE_CHECKING:
    from tocsin.cli.client import Api

Ref = Annotated[str, Parameter(help="The incident, such as INC-2026-0412.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print the API's answer.")]
Whom = Annotated[str, Parameter(help="A name, its beginning if it is the only one, or an id.")]
OfTask = Annotated[str, Parameter(help="Its words, their beginning if only its, or its id.")]
Answer = dict[str, Any]

PAGE: Final = 200
COLUMNS: Final = ("INCIDENT", "DUE", "OWNER", "TASK")
NO_TIME: Final = "none"

TASK: Final = App(name="task", help="Add a task to an incident, or change one.")


def handover(
    reference: Ref,
    *,
    to: Whom,
    note: Annotated[str | None, Parameter(help="What is open, what was promised.")] = None,
    role: RoleName = RoleName.COMMANDER,
    as_json: Json = False,
) -> None:
    """Offer the command, or another role, to somebody. It moves once they accept."""
    with _api() as api:
        person = _chosen(api, reference, to)
        path, said = f"{_path(reference)}/offers", {"role": role.value, "note": note}
        done = api.post(path, person=person["id"], **said)
    sentence = f"{person['name']} is asked to be {role.value} of {done['reference']}."
    say_json(done) if as_json else say(f"{sentence}{_mark(done)}")


@TASK.default
def task(
    reference: Ref,
    text: Annotated[str, Parameter(help="What is to be done, in one line.")],
    *,
    owner: Whom | None = None,
    due: Annotated[str | None, Parameter(help="Until when: 2026-11-24T03:12:00Z.")] = None,
    as_json: Json = False,
) -> None:
    """Add a task to an incident."""
    with _api() as api:
        person = None if owner is None else _chosen(api, reference, owner)
        whose = None if person is None else person["id"]
        done = api.post(f"{_path(reference)}/tasks", title=text, owner=whose, due=due)
    if as_json:
        say_json(done)
        return
    for_whom = f" for {person['name']}" if person else ""
    say(f"Added to {done['reference']}{for_whom}.{_mark(done)}")


@TASK.command
def change(
    reference: Ref,
    task: OfTask,
    *,
    title: Annotated[str | None, Parameter(help="What is to be done, in one line.")] = None,
    due: Annotated[str | None, Parameter(help="Until when: 2026-11-24T03:12:00Z, or none.")] = None,
    as_json: Json = False,
) -> None:
    """Say in other words what is to be done, or until when; what is not said stays."""
    said = _otherwise(title, due)
    with _api() as api:
        id_ = _meant(api.get(f"{_path(reference)}/tasks")["items"], task)
        done = api.patch(f"{_path(reference)}/tasks/{id_}", **said)
    [it] = [one for one in done["tasks"] if one["id"] == id_]
    until = f", due {_due(it)}" if it["due"] else ""
    say_json(done) if as_json else say(f"In {done['reference']}: {it['title']}{until}{_mark(done)}")


def tasks(
    *,
    owner: Annotated[str | None, Parameter(help="Only those of a person: a name or an id.")] = None,
    state: TaskState = TaskState.OPEN,
    as_json: Json = False,
) -> None:
    """List the tasks of all incidents, those due next first."""
    with _api() as api:
        whose = None if owner is None else _named(_pages(api, "/people"), owner)["id"]
        found = _pages(api, "/tasks", owner=whose, state=state.value)
    say_json(found) if as_json else say_table(COLUMNS, [_line(it) for it in found])


def _chosen(api: "Api", reference: str, name: str) -> Answer:
    """Somebody who can be chosen. Refuses with the reason where they cannot."""
    known: list[Answer] = api.get(f"{_path(reference)}/candidates")["items"]
    person = _named([one["person"] for one in known], name)
    [found] = [one for one in known if one["person"]["id"] == person["id"]]
    if not found["can_be_chosen"]:
        raise Refused(found["code"], f"{person['name']} {found['reason']}.")
    return person


def _named(people: Sequence[Answer], name: str) -> Answer:
    """The person of that id or name, or the only one whose name begins so."""
    wanted = name.strip().casefold()
    exact = [one for one in people if wanted in (one["id"].casefold(), one["name"].casefold())]
    found = exact or [one for one in people if one["name"].casefold().startswith(wanted)]
    if len(found) != 1:
        how_many = "Nobody" if not found else "More than one"
        raise Refused("no_such_person", f"{how_many} is called {name}.")
    return found[0]


def _otherwise(title: str | None, due: str | None) -> Answer:
    """What is to be changed of a task. Refuses `task_missing` where nothing is said."""
    said: Answer = {} if title is None else {"title": title}
    if due is not None:
        said["due"] = None if due.strip().lower() == NO_TIME else due
    if not said:
        raise Refused("task_missing", "Say --title, --due or both.")
    return said


def _meant(known: Sequence[Answer], words: str) -> str:
    """The id of the task of that id or those words, or of the only open one that begins so."""
    wanted = words.strip().casefold()
    by_id = [one for one in known if one["id"] == wanted]
    still = [one for one in known if one["state"] == TaskState.OPEN]
    exact = by_id or [one for one in still if one["title"].casefold() == wanted]
    found = exact or [one for one in still if one["title"].casefold().startswith(wanted)]
    if len(found) != 1:
        how_many = "No open task" if not found else "More than one open task"
        raise Refused("unknown_task", f"{how_many} is called {words}.")
    return str(found[0]["id"])


def _line(it: Answer) -> tuple[str, ...]:
    owner = it["owner"]["name"] if it["owner"] else ""
    return it["incident"], _due(it), owner, f"{it['title']}{_mark(it)}"


def _due(it: Answer) -> str:
    return f"{it['due'][:10]} {it['due'][11:16]}Z" if it["due"] else ""


def _mark(it: Answer) -> str:
    """What is not real says so wherever it is printed."""
    return f" [{it['mode'].upper()}]" if it["mode"] in EXERCISES else ""


def _pages(api: "Api", path: str, **query: object) -> list[Answer]:
    found, cursor = list[Answer](), None
    while True:
        page = api.get(path, limit=PAGE, cursor=cursor, **query)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def _api() -> "Api":
    from tocsin.cli.client import connected  # noqa: PLC0415 - `--help` needs no HTTP client

    return connected()


def _path(reference: str) -> str:
    return f"/incidents/{quote(reference, safe='')}"
