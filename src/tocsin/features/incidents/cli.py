"""What a responder types. Every command asks the API, and needs no server's files or database.

Imports little: a command starts while its reader still looks at the key.
"""

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from cyclopts import Parameter
from cyclopts.validators import Number

from tocsin.access.policy import Audience
from tocsin.cli.output import say, say_json, say_table
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.terms import EXERCISES, Mode
from tocsin.foundation.sizes import sized

if TYPE_CHECKING:
    from tocsin.cli.client import Api

Ref = Annotated[str, Parameter(help="The incident, such as INC-2026-0412.")]
Words = Annotated[str, Parameter(help="In a few words.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print the API's answer.")]
ForWhom = Annotated[Audience | None, Parameter(help="Who alone may know of it.")]
Severity = Annotated[int, Parameter(validator=Number(gte=1, lte=4), help="1 (worst) to 4.")]
Answer = dict[str, Any]

PAGE: Final = 200
EVERY: Final = 100_000
GONE: Final = (None, "[erased]")
"""What of a situation cannot be said again."""
COLUMNS: Final = ("REFERENCE", "SEV", "PHASE", "SERVICE", "COMMANDER", "DECLARED", "NEXT", "TITLE")


OfSeverity = Annotated[
    Severity | None, Parameter(help="1 (worst) to 4; else the template's, else 3.")
]
Template = Annotated[str | None, Parameter(help="The name of a template.")]
Answers = Annotated[
    list[str] | None, Parameter(negative="", help="An answer to the template: QUESTION=ANSWER.")
]
Training = Annotated[
    bool, Parameter(negative="", help="Nothing of it is real: the same as --mode training.")
]
Over = Annotated[
    bool, Parameter(negative="", help="It is over: acknowledged and resolved at once.")
]
Began = Annotated[str | None, Parameter(help="If not now: 2026-11-24T03:12:00Z.")]
Ended = Annotated[str | None, Parameter(help="With --over, if not now.")]
How = Annotated[str | None, Parameter(help="With --over: how it ended.")]
CloseAs = Annotated[Actionability | None, Parameter(help="With --over: close it as well.")]
Preview = Annotated[
    bool, Parameter(negative="", help="Say what would happen, and declare nothing.")
]


def declare(  # noqa: PLR0913 - what may be said of an incident
    title: Annotated[str, Parameter(help="What is wrong, in one line.")],
    *,
    severity: OfSeverity = None,
    service: str | None = None,
    team: str | None = None,
    template: Template = None,
    answer: Answers = None,
    mode: Mode = Mode.LIVE,
    training: Training = False,
    over: Over = False,
    began: Began = None,
    ended: Ended = None,
    how: How = None,
    close_as: CloseAs = None,
    preview: Preview = False,
    as_json: Json = False,
) -> None:
    """Declare an incident and print its reference."""
    ending = {"impact_ended": ended, "how": how, "actionability": close_as and close_as.value}
    is_over = over or any(ending.values())
    said = {
        "title": title,
        "severity": severity,
        "service": service,
        "team": team,
        "template": template,
        "answers": dict(_answer(one) for one in answer or ()) or None,
        "mode": (Mode.TRAINING if training else mode).value,
        "impact_began": began,
        "over": {name: value for name, value in ending.items() if value} if is_over else None,
    }
    with _api() as api:
        made = api.post("/incidents/preview" if preview else "/incidents", **said)
    if as_json:
        say_json(made)
    elif preview:
        _say_preview(made)
    else:
        say(f"{made['reference']}{_mark(made, before=' ')}")


def _answer(written: str) -> tuple[str, str]:
    question, _, answer = written.partition("=")
    return question.strip(), answer.strip()


def _say_preview(it: Answer) -> None:
    say(f"{_mark(it, after=' ')}Sev-{it['severity']}  {it['title']}")
    if it["suggestion"]:
        reasons = "; ".join(it["suggestion"]["reasons"])
        say(f"suggested: Sev-{it['suggestion']['severity']} ({reasons})")
    for one in it["known"]:
        likely = "probably the same" if one["is_likely"] else "possibly related"
        say(f"{likely}: {one['reference']}  {_mark(one, after=' ')}{one['title']}")
        for reason in one["reasons"]:
            say(f"    {reason}")
    for one in it["foreseen"]:
        say(f"- {one['text']}")


def ls(  # noqa: PLR0913 - the filters of a list
    *,
    everything: Annotated[bool, Parameter(name="--all", negative="")] = False,
    severity: Severity | None = None,
    service: str | None = None,
    team: str | None = None,
    matching: Annotated[str | None, Parameter(help="In title or reference.")] = None,
    mode: Annotated[
        Mode | None, Parameter(help="Drills and trainings are listed only where asked for.")
    ] = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1))] = 200,
    as_json: Json = False,
) -> None:
    """List the open incidents, worst first; with --all the others as well."""
    wanted = {"severity": severity, "service": service, "team": team, "q": matching}
    wanted["mode"] = mode and mode.value
    with _api() as api:
        found = _pages(api, "/incidents", limit, open=None if everything else "true", **wanted)
    if as_json:
        say_json(found)
    else:
        say_table(COLUMNS, [_line(it) for it in found])


def show(reference: Ref, *, as_json: Json = False) -> None:
    """Show an incident and what happened to it."""
    path = _path(reference)
    with _api() as api:
        it, entries = api.get(path), _pages(api, f"{path}/timeline", EVERY)
        files = api.get(f"{path}/attachments")["items"]
        runbooks = _runbooks(api, it)
    if as_json:
        say_json(it | {"timeline": entries, "attachments": files})
        return
    _say_heading(it, runbooks)
    for file in files:
        kept = f"{file['data_class']}, {file['standing']}, {sized(file['size'])}"
        say(f"file: {file['name']} ({kept})  {file['id']}")
    if it["situation"]:
        _say_situation(it["situation"])
    for entry in entries:
        mark = "* " if entry["is_key_moment"] else "  "
        only = f" [{entry['audience']} only]" if entry["audience"] else ""
        say(f"{_instant(entry['recorded_at'])}{mark}{entry['text']}{only}")


def situation(
    reference: Ref,
    *,
    happening: Annotated[str | None, Parameter(help="What is happening.")] = None,
    believe: Annotated[str | None, Parameter(help="What we believe.")] = None,
    next_: Annotated[str | None, Parameter(name="--next", help="What happens next.")] = None,
    next_update: Annotated[
        str | None, Parameter(help="When the next update is due: 2026-11-24T03:12:00Z.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the situation; with words, state it. What is not given stays as it is, but for the time."""
    path = f"{_path(reference)}/situation"
    given = {"happening": happening, "belief": believe, "next_steps": next_}
    new = {name: words for name, words in given.items() if words is not None}
    with _api() as api:
        if new or next_update:
            stated: Answer = api.get(_path(reference))["situation"] or {}
            kept = {name: stated[name] for name in given if stated.get(name) not in GONE} | new
            api.put(path, **kept, next_update_at=next_update, over=stated.get("stated_at"))
        it = api.get(path)
    say_json(it) if as_json else _say_situation(it)


def ack(reference: Ref, *, as_json: Json = False) -> None:
    """Take an incident in hand."""
    with _api() as api:
        done = api.put(f"{_path(reference)}/acknowledgement")
    _done(done, as_json=as_json)


def note(
    reference: Ref,
    text: Words,
    *,
    finding: bool = False,
    audience: ForWhom = None,
    as_json: Json = False,
) -> None:
    """Write on the timeline."""
    kind, only = "finding" if finding else "note", audience and audience.value
    with _api() as api:
        done = api.post(f"{_path(reference)}/notes", text=text, kind=kind, audience=only)
    _done(done, as_json=as_json)


def mitigate(
    reference: Ref, how: Words | None = None, *, workaround: bool = False, as_json: Json = False
) -> None:
    """Say that the harm is contained, and how."""
    with _api() as api:
        done = api.put(f"{_path(reference)}/mitigation", how=how, workaround=workaround)
    _done(done, as_json=as_json)


def resolve(
    reference: Ref,
    how: Words | None = None,
    *,
    impact_ended: Annotated[str | None, Parameter(help="If not now: 2026-11-24T03:12:00Z.")] = None,
    as_json: Json = False,
) -> None:
    """Say that the harm is over, and how."""
    with _api() as api:
        done = api.put(f"{_path(reference)}/resolution", how=how, impact_ended=impact_ended)
    _done(done, as_json=as_json)


def close(
    reference: Ref,
    evidence: Words | None = None,
    *,
    actionability: Actionability = Actionability.REAL,
    as_json: Json = False,
) -> None:
    """Say that nothing is left to do, and whether there was anything to do."""
    said = {"evidence": evidence, "actionability": actionability.value}
    with _api() as api:
        done = api.put(f"{_path(reference)}/closure", **said)
    _done(done, as_json=as_json)


def reopen(reference: Ref, reason: Words, *, as_json: Json = False) -> None:
    """Say that the harm is back, and why."""
    with _api() as api:
        done = api.delete(f"{_path(reference)}/resolution", reason=reason)
    _done(done, as_json=as_json)


def _say_heading(it: Answer, runbooks: list[Answer]) -> None:
    title = f"{_mark(it, after=' ')}{it['title']}"
    say(f"{it['reference']}  Sev-{it['severity']}  {it['phase']}  {title}")
    for name in ("service", "team"):
        if it[name]:
            say(f"{name}: {it[name]}")
    if it["commander"]:
        say(f"commander: {it['commander']['name']}")
    if it["template"]:
        say(f"template: {it['template']}, version {it['template_version']}")
    for link in runbooks:
        say(f"runbook: {link['name']}  {link['url']}")


def _runbooks(api: "Api", it: Answer) -> list[Answer]:
    """The runbooks for its service and of its template, each link once."""
    if not it["service"] and not it["template"]:
        return []
    every: list[Answer] = api.get("/templates")["items"]
    mine: list[Answer] = []
    if it["service"]:
        mine = api.get("/templates", service=it["service"])["items"]
    used = [one for one in every if one["name"] == it["template"]]
    links: list[Answer] = [link for one in [*used, *mine] for link in one["runbooks"]]
    return list({link["url"]: link for link in reversed(links)}.values())[::-1]


def _say_situation(it: Answer) -> None:
    parts = {"happening": "happening", "belief": "we believe", "next_steps": "next"}
    for name, about in parts.items():
        if it[name]:
            say(f"{about}: {it[name]}")
    due = f", next update {_instant(it['next_update_at'])}" if it["next_update_at"] else ""
    say(f"stated {_instant(it['stated_at'])} by {it['stated_by']['name']}{due}")


def _api() -> "Api":
    from tocsin.cli.client import connected  # noqa: PLC0415 - `--help` needs no HTTP client

    return connected()


def _path(reference: str) -> str:
    return f"/incidents/{quote(reference, safe='')}"


def _pages(api: "Api", path: str, limit: int, **query: object) -> list[Answer]:
    """The items of a list, page after page."""
    found, cursor = list[Answer](), None
    while len(found) < limit:
        size = min(PAGE, limit - len(found))
        page = api.get(path, limit=size, cursor=cursor, **query)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    return found


def _line(it: Answer) -> tuple[str, ...]:
    commander = it["commander"]["name"] if it["commander"] else ""
    declared = _instant(it["declared_at"])
    severity, title = str(it["severity"]), f"{_mark(it, after=' ')}{it['title']}"
    clock = it["next_clock"]
    runs_out = f"{clock['of']} {_instant(clock['at'])}" if clock else ""
    return (
        it["reference"], severity, it["phase"], it["service"] or "", commander, declared, runs_out,
        title,
    )  # fmt: skip


def _instant(text: str) -> str:
    return f"{text[:10]} {text[11:16]}Z"


def _mark(it: Answer, *, before: str = "", after: str = "") -> str:
    """What is not real says so wherever it is printed."""
    is_real = it["mode"] not in EXERCISES
    return "" if is_real else f"{before}[{it['mode'].upper()}]{after}"


def _done(it: Answer, *, as_json: bool) -> None:
    say_json(it) if as_json else say(f"{it['reference']} is {it['phase']}.{_mark(it, before=' ')}")
