"""The Alerts page: a storm as a headline, groups with their reasons, every alert, the sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.di import Provide
from litestar.params import FromQuery

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.alerts import rows as alerts
from tocsin.features.alerts.rows import Occurrence, Wanted
from tocsin.features.alerts.terms import AlertState, SourceKind
from tocsin.features.silences import rows as silences
from tocsin.features.triage import rows
from tocsin.features.triage.rows import AlertGroup
from tocsin.features.triage.web import why
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
AT_ONCE: Final = 50
LETTERS_AT_ONCE: Final = 20
TELLING: Final = 3
"""So many labels tell alerts apart."""

STORM_FROM: Final = 50
"""So many new alerts within ten minutes are a storm worth a headline."""

VIEWS: Final = {
    "groups": phrase("Groups"),
    "every": phrase("Every alert"),
    "silenced": phrase("Held back by silences"),
}
KINDS: Final[Mapping[SourceKind, str]] = {
    SourceKind.ALERTMANAGER: "Alertmanager",
    SourceKind.PROMETHEUS: "Prometheus",
    SourceKind.PAGERDUTY: "PagerDuty",
    SourceKind.GENERIC: phrase("Generic"),
}
STATES: Final = {
    "firing": frozenset({AlertState.FIRING}),
    "over": frozenset({AlertState.RESOLVED, AlertState.EXPIRED, AlertState.CLOSED}),
    "any": frozenset(AlertState),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the address of the page says."""

    view: str
    group: str
    stands: str
    text: str
    after: str

    def address(self, **changed: str) -> str:
        """The address of a page like this one, but for what changed."""
        said = {
            "view": "" if self.view == "groups" else self.view,
            "group": self.group,
            "stands": "" if self.stands == "firing" else self.stands,
            "text": self.text,
        } | changed
        query = urlencode({name: value for name, value in said.items() if value})
        return f"/alerts?{query}" if query else "/alerts"


def _filter(
    view: FromQuery[str] = "groups",
    group: FromQuery[str] = "",
    stands: FromQuery[str] = "firing",
    text: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Filter:
    if view not in VIEWS or stands not in STATES:
        raise Refused("no_such_view", "There is no such list of alerts.")
    return Filter(view=view, group=group, stands=stands, text=text.strip()[:200], after=after[:26])


@get("/", sync_to_thread=True, dependencies={"asked_for": Provide(_filter, sync_to_thread=False)})
def index(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], asked_for: Given[Filter]
) -> Response[str]:
    """Show what fires and why it is together; or every alert; or what is held back."""
    with work.look(Permission.SEE_ALERTS) as look:
        values = _frame(look, viewer, asked_for)
        match asked_for.view:
            case "groups":
                values |= _groups(look, asked_for)
            case "every":
                values |= _every(look, asked_for)
            case _:
                values |= _listed(look, rows.held_back(look))
    return page(request, viewer, "alerts/list.html", active="alerts", **values)


def _frame(look: Look, viewer: Viewer, asked_for: Filter) -> dict[str, Any]:
    storm = rows.storm(look, viewer.now)
    latency = rows.latency(look.rows, viewer.now)
    return {
        "asked_for": asked_for,
        "views": VIEWS,
        "kinds": KINDS,
        "storm": storm if storm.alerts >= STORM_FROM else None,
        "latency": latency,
        "firing": alerts.firing_count(look.rows),
        "held_back": rows.waiting(look.rows),
        "health": alerts.health(look.rows),
        "letters": alerts.dead_letters(look.rows, limit=LETTERS_AT_ONCE),
        "letters_waiting": alerts.waiting_letters(look.rows),
        "called": alerts.source_names(look.rows),
    }


def _groups(look: Look, asked_for: Filter) -> dict[str, Any]:
    groups = rows.groups(look)
    keys = {group.key: group for group in groups}
    chosen = keys.get(asked_for.group) or next(iter(groups), None)
    in_group = [] if chosen is None else rows.of_group(look, chosen.by, chosen.name)
    return {
        "groups": groups,
        "chosen": chosen,
        "in_group": in_group,
        "differ": _differences(in_group),
        "reasons": [] if chosen is None else _reasons(look, chosen),
    }


def _differences(together: Sequence[Occurrence]) -> dict[str, str]:
    """The labels that tell the alerts of a group apart, in words, by alert."""
    values: dict[str, set[str]] = {}
    for name in {name for alert in together for name in alert.labels}:
        values[name] = {alert.labels.get(name, "") for alert in together}
    telling = sorted(name for name, several in values.items() if len(several) > 1)[:TELLING]
    return {
        alert.id: ", ".join(
            f"{name} {alert.labels[name]}" for name in telling if name in alert.labels
        )
        for alert in together
    }


def _reasons(look: Look, group: AlertGroup) -> Sequence[why.Because]:
    """Why the alerts of a group are together: the words of the rules, where the viewer may know them."""
    return [because for incident in group.incidents for because in why.of_incident(look, incident)]


def _every(look: Look, asked_for: Filter) -> dict[str, Any]:
    wanted = Wanted(
        states=STATES[asked_for.stands],
        text=asked_for.text or None,
        after=asked_for.after or None,
        limit=AT_ONCE + 1,
    )
    found = alerts.listed(look, wanted)
    more = asked_for.address(after=found[AT_ONCE - 1].id) if len(found) > AT_ONCE else None
    return {**_listed(look, found[:AT_ONCE]), "next": more}


def _listed(look: Look, found: Sequence[Occurrence]) -> dict[str, Any]:
    ids = [alert.id for alert in found]
    return {
        "found": found,
        "next": None,
        "incidents": rows.incidents_of(look, ids),
        "silenced": silences.silencing_alerts(look.rows, ids, look.ledger.clock()),
    }


HANDLERS: Final = [index]
