"""The list of incidents: what needs a person next, and what is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery
from litestar.response import Redirect

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.rows import IncidentRow, listing
from tocsin.features.incidents.rows.listing import MOST_COUNTED, Cut, Page
from tocsin.features.incidents.rows.tags import tags_of
from tocsin.features.incidents.rows.views import ViewRow
from tocsin.features.incidents.rules import query as queries
from tocsin.features.incidents.rules.clocks import nearness
from tocsin.features.incidents.rules.query import Query
from tocsin.features.incidents.terms import Mode, Phase
from tocsin.features.incidents.web import list_labels, starting
from tocsin.features.people.rows.names import names
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A list that one can go to. `count` is None where it is not counted."""

    label: str
    href: str
    count: str | None
    is_here: bool
    saved: ViewRow | None = None


def asked_in(request: Asked) -> Query:
    """What the address of a request asks for. Of several columns all count, else the last."""
    said: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        joined = f"{said[name]},{value}" if name == "columns" and name in said else value
        said[name] = str(joined)
    return queries.read(said)


@get("/", sync_to_thread=False)
def home(viewer: Given[Viewer]) -> Redirect:
    """The start page: the incidents, or the account of somebody who sees none."""
    sees = Permission.SEE_INCIDENTS in viewer.may
    return Redirect("/incidents" if sees else "/account", status_code=303)


@get("/incidents", sync_to_thread=True)
def incidents(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], after: FromQuery[str] = ""
) -> Response[str]:
    """Show the incidents; where there is nothing yet, how to begin."""
    query = asked_in(request)
    cut = commands.cut_of(query, viewer.person, viewer.now, viewer.tz)
    with work.look(Permission.SEE_INCIDENTS) as look:
        place = commands.place_of(look, after)
        found = listing.page(look, cut, (query.group, query.sort), place, AT_ONCE)
        if not found.rows and starting.is_fresh(look):
            return starting.first_run(request, viewer)
        values = _values(look, viewer, query, cut, found)
    values["after"] = str(after)
    return page(request, viewer, "incidents/list.html", active="incidents", **values)


def _values(look: Look, viewer: Viewer, query: Query, cut: Cut, found: Page) -> dict[str, Any]:
    shown = found.rows
    numbers = _numbers(look, viewer, query, cut)
    chosen = _choices(look)
    people = {row.commander for row in shown if row.commander} | set(chosen["commander"])
    called = names(look.rows, people | {query.commander})
    return {
        "asked_for": query,
        "tabs": tabs(look, viewer, query),
        "groups": _grouped(shown, query, viewer.now, called, numbers),
        "total": None if query.is_over else sum(numbers.values()),
        "shown": len(shown),
        "next": query.address(after=found.next.reference) if found.next else None,
        "chips": _chips(query, called),
        "caption": _caption(query),
        "choices": chosen,
        "words": {
            "groups": list_labels.GROUPS,
            "sorts": list_labels.SORTS,
            "columns": list_labels.COLUMNS,
        },
        "names": called,
        "tags": tags_of(look.rows, [row.id for row in shown if row.tags]),
        "wide": 3 + sum(name in query.columns for name in ("clock", "commander", "age", "updated")),
    }


def _numbers(look: Look, viewer: Viewer, query: Query, cut: Cut) -> Mapping[Any, int]:
    """How many the whole list has in each group; what is over is not counted."""
    if query.is_over:
        return {}
    if query.group == "clock":
        return listing.counted_clocks(look, cut, viewer.now)
    return listing.counted(look, cut, query.group)


def tabs(look: Look, viewer: Viewer, query: Query) -> list[Tab]:
    """The lists that everybody has, and the saved views that this viewer sees."""
    here = query.spelled()
    made = [
        _tab(look, viewer, queries.read({"view": view}), list_labels.VIEWS[view], here)
        for view in list_labels.VIEWS
    ]
    for view in commands.saved_views_in(look):
        try:
            saved = queries.read_spelled(view.query)
        except Refused:
            continue  # its words were erased, or a list has no such filter any more
        made.append(_tab(look, viewer, saved, view.name, here, view))
    return made


def _tab(
    look: Look, viewer: Viewer, query: Query, label: str, here: str, view: ViewRow | None = None
) -> Tab:
    cut = commands.cut_of(query, viewer.person, viewer.now, viewer.tz)
    is_whole_past = query.is_over and not query.filters
    number = None if is_whole_past else listing.count(look, cut)
    count = f"{MOST_COUNTED}+" if number and number > MOST_COUNTED else number
    return Tab(
        label=label,
        href=query.address(),
        count=None if count is None else str(count),
        is_here=query.spelled() == here,
        saved=view,
    )


def _choices(look: Look) -> dict[str, Any]:
    return {
        "service": listing.choices(look, "service"),
        "team": listing.choices(look, "team"),
        "commander": listing.choices(look, "commander"),
        "tag": listing.tag_choices(look),
        "phase": list(Phase),
        "mode": list(Mode),
    }


def _caption(query: Query) -> str:
    """What the list is, to whoever hears it read."""
    if query.is_over:
        return phrase("Resolved and closed incidents, newest first")
    is_training = query.view == "training"
    what = phrase("Drills and trainings") if is_training else phrase("Open incidents")
    return phrase("%(what)s %(grouped)s", what=what, grouped=list_labels.CAPTIONS[query.group])


def _chips(query: Query, called: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """What the list is cut down to, in words.

    Each with the address of the list without it, and what the link there is called.
    """
    chips: list[tuple[str, str, str, str]] = []
    for name, value in query.filters.items():
        label, said = list_labels.CHIPS[name], _chosen(name, value, called)
        removal = phrase("Remove filter: %(label)s %(value)s", label=label, value=said)
        chips.append((label, said, query.address(**{name: ""}), removal))
    return chips


def _chosen(name: str, value: str, called: Mapping[str, str]) -> str:
    """What is asked for, in words: one of ours can be said in another language."""
    match name:
        case "severity":
            return f"Sev-{value}"
        case "commander":
            return _leader(value, called)
        case "restricted" | "merge":
            return list_labels.YES_OR_NO[value]
        case "phase" | "mode":
            return phrase(value)
        case _:
            return value.replace("_", " ")


def _leader(value: str, called: Mapping[str, str]) -> str:
    return {"me": phrase("you"), "none": phrase("nobody")}.get(value) or called.get(value, value)


def _grouped(
    shown: list[IncidentRow],
    query: Query,
    now: datetime,
    called: Mapping[str, str],
    numbers: Mapping[Any, int],
) -> list[tuple[str | None, int | None, list[IncidentRow]]]:
    """The rows under their headings, with how many the whole list has under each."""
    if query.is_over:
        return [(None, None, shown)] if shown else []
    groups: dict[Any, list[IncidentRow]] = {}
    for row in shown:
        groups.setdefault(_group(row, query.group, now), []).append(row)
    return [
        (_heading(query.group, value, called), numbers.get(value), several)
        for value, several in groups.items()
    ]


def _group(row: IncidentRow, group: str, now: datetime) -> Any:  # noqa: ANN401 - a column's value
    return nearness(row.clock_at, now) if group == "clock" else getattr(row, group)


def _heading(group: str, value: Any, called: Mapping[str, str]) -> str:  # noqa: ANN401 - a column's value
    if group == "severity":
        return phrase("Sev-%(n)s, %(promise)s", n=value, promise=list_labels.PROMISES[value])
    if group == "clock":
        return list_labels.CLOCKS[value]
    if value is None:
        return list_labels.WITHOUT[group]
    return called.get(value, value) if group == "commander" else str(value)


HANDLERS: Final = [home, incidents]
