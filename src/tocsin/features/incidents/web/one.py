"""The pages of one incident: its timeline, its alerts, and the page that a phone opens at night."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from tocsin.access.policy import Audience, Permission, Role
from tocsin.access.status import status_of
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands, rows
from tocsin.features.incidents.commands import Page, Shown, Turned
from tocsin.features.incidents.events import AlertsJoined
from tocsin.features.incidents.rows import Heard, entries
from tocsin.features.incidents.rows.bulk import called as called_of
from tocsin.features.incidents.rows.entries import Timeline
from tocsin.features.incidents.rows.tags import names_of
from tocsin.features.incidents.sentences import amount
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import AnchorName, Basis, Degree, NoteKind, Which
from tocsin.features.incidents.web import mentioning, seen, sharing, showing, turning
from tocsin.features.incidents.web.mentioning import Mentioned
from tocsin.features.incidents.web.prepared import Prepared, prepared
from tocsin.features.people.rows.people import PersonRow
from tocsin.features.people.rows.people import listed as people
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import shown as words_shown
from tocsin.web.forms import text
from tocsin.web.page import page
from tocsin.web.telling import linked
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
PEOPLE_AT_MOST: Final = 200
ALERTS_AT_MOST: Final = 300
NOTHING_SAID: Final[dict[str, Any]] = {"fields": {}, "wrong": None, "open": "", "conflict": None}
"""What dialogs need to know of a form that was not sent yet."""
TURNING: Final = ("show", "before", "after", "at", "correct", "wrote")
"""What the address of the page may say of its timeline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One incident with all that its pages show, read at one moment."""

    incident: Incident
    entry_count: int
    heard: Heard | None
    called: Mapping[str, str]
    people: Sequence[PersonRow]
    shared: sharing.Shared
    seen: Mapping[str, str]
    prepared: Prepared
    alike: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page of the timeline of an incident, with what is told beside it.

    `audiences` are those for which the viewer may write.
    """

    turned: Turned
    page: Page
    joined: AlertsJoined | None
    key_moments: int
    called: Mapping[str, str]
    mentioned: Mentioned | None
    audiences: Sequence[Audience]


@get("/incidents/{reference:str}", sync_to_thread=True)
def incident(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], reference: FromPath[str]
) -> Response[str]:
    """Show an incident with a page of its timeline."""
    said = {name: request.query_params.get(name) for name in TURNING}
    return shown(request, work, viewer, reference, said)


@get("/incidents/{reference:str}/alerts", sync_to_thread=True)
def alerts(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], reference: FromPath[str]
) -> Response[str]:
    """Show the alerts of an incident, and why each belongs to it."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = commands.find(look, reference)
        opened = _opened(look, found)
        newest = sorted(found.incident.alerts, reverse=True)[:ALERTS_AT_MOST]
        joins = commands.joins_of(look, found, newest)
    values: dict[str, Any] = _head(opened, viewer) | NOTHING_SAID | _choices(opened)
    values |= {
        "alerts": _occurrences(work, newest),
        "because": {
            alert: showing.because(joined, viewer.language) for alert, joined in joins.items()
        },
        "called": opened.called,
        "tab": "alerts",
    }
    return page(request, viewer, "incidents/alerts.html", active="incidents", **values)


@get("/page/{reference:str}", sync_to_thread=True)
def on_the_phone(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], reference: FromPath[str]
) -> Response[str]:
    """Ask the one question that matters at night: whether somebody has it."""
    opened = open_one(work, reference)
    return page(request, viewer, "incidents/phone.html", **_head(opened, viewer))


def shown(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    reference: str,
    extra: Mapping[str, Any] | None = None,
) -> Response[str]:
    """The page of an incident; `extra` has what a form said and what is wrong with it."""
    said: dict[str, Any] = {**NOTHING_SAID, **(extra or {})}
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = commands.find(look, reference)
        opened = _opened(look, found)
        told = _told(look, found, viewer, said)
    values = _head(opened, viewer) | said | _facts(opened, told, viewer) | _choices(opened)
    values |= _timeline(opened, told, viewer, said)
    wrong: Refused | None = said["wrong"]
    status = status_of(wrong.code) if wrong else 200
    return page(request, viewer, "incidents/one.html", active="incidents", status=status, **values)


def open_one(work: UnitOfWork, reference: str) -> Opened:
    """What the actor may see of an incident, but for its timeline, of one moment."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return _opened(look, commands.find(look, reference))


def _opened(look: Look, found: Shown) -> Opened:
    everybody = people(look.rows, after=None, limit=PEOPLE_AT_MOST)
    return Opened(
        incident=found.incident,
        entry_count=entries.number(look.rows, _everything(look, found)),
        heard=_heard(look, found.id),
        called=showing.called(look, found.incident),
        people=[one for one in everybody if not one.is_disabled],
        shared=sharing.read(look, found, everybody),
        seen=seen.tags(look, found.incident),
        prepared=prepared(look, found.incident),
        alike=called_of(look, found.incident.perhaps_same),
    )


def _told(look: Look, found: Shown, viewer: Viewer, said: Mapping[str, Any]) -> Told:
    asked = turning.turned(said)
    wrote = turning.entry_name(said.get("wrote"))
    beside = [one for one in (_corrected(said), wrote) if one is not None]
    read = commands.page_of(look, found, asked, beside)
    return Told(
        turned=asked,
        page=read,
        joined=commands.last_join(look, found),
        key_moments=entries.number(look.rows, _key_moments(look, found)),
        called=showing.called(look, found.incident, [*read.entries, *read.old.values()]),
        mentioned=mentioning.told(look, found.incident, read.named(wrote), viewer),
        audiences=sorted(look.actor.audiences),
    )


def _everything(look: Look, found: Shown) -> Timeline:
    return Timeline(found.id, Which.EVERYTHING, look.actor.reads)


def _key_moments(look: Look, found: Shown) -> Timeline:
    return replace(_everything(look, found), which=Which.KEY_MOMENTS)


def _corrected(said: Mapping[str, Any]) -> str | None:
    """The entry to be put right: as the address names it, or a form that was refused."""
    return turning.entry_name(said.get("correct") or text(said["fields"], "corrects"))


def _timeline(
    opened: Opened, told: Told, viewer: Viewer, said: Mapping[str, Any]
) -> dict[str, Any]:
    place = f"/incidents/{opened.incident.reference}"
    layout = showing.Layout(opened.incident, viewer, told.called, told.page)
    corrected = told.page.named(_corrected(said))
    return {
        "items": showing.timeline(layout),
        "corrected": None if corrected is None else layout.alone(corrected),
        "called": told.called,
        "on_page": {told.page.name_of(entry.seq) for entry in told.page.entries},
        "turned": told.turned,
        "turns": turning.links(place, told.turned, told.page),
        "shows": [(one, turning.address(place, Turned(which=one))) for one in Which],
        "show_names": turning.WHICH,
        "key_moments": told.key_moments,
        "mentioned": told.mentioned,
        "audiences": told.audiences,
    }


def _heard(look: Look, id: str) -> Heard | None:
    return rows.heard(look.rows, id) if Permission.SEE_ALERTS in look.actor.may else None


def _occurrences(work: UnitOfWork, newest: Sequence[str]) -> list[Occurrence]:
    with work.look(Permission.SEE_ALERTS) as look:
        return occurrences.of_incident(look, newest)


def _head(opened: Opened, viewer: Viewer) -> dict[str, Any]:
    incident = opened.incident
    heard = opened.heard or Heard(firing=0, signals=0, services=())
    return {
        "incident": incident,
        "title": words_shown(incident.title),
        "place": f"/incidents/{incident.reference}",
        "steps": showing.steps(incident),
        "entry_count": opened.entry_count,
        "alert_count": len(incident.alerts),
        "firing_count": heard.firing,
        "services": heard.services,
        "repeats": max(0, heard.signals - len(incident.alerts)),
        "called": opened.called,
        "commander": opened.called.get(incident.commander or "", ""),
        "tags": names_of(incident),
        "alike": sorted(opened.alike.values()),
        "tab": "timeline",
        "leads": incident.commander == viewer.person,
        "seen": opened.seen,
        "runbooks": opened.prepared.runbooks,
        "situation": showing.situation(incident, viewer.language),
        "situation_form": showing.situation_form(incident, viewer),
        **sharing.values(incident, opened.shared, viewer),
    }


def _facts(opened: Opened, told: Told, viewer: Viewer) -> dict[str, Any]:
    return {
        "facts": [(one, amount(one.fact)) for one in opened.incident.facts],
        "marked_changes": [(one, linked("change", one.change)) for one in opened.incident.changes],
        "joined": None if told.joined is None else showing.because(told.joined, viewer.language),
        "named": [
            opened.called.get(one, one) for one in sorted(opened.incident.restricted_to or ())
        ],
    }


def _choices(opened: Opened) -> dict[str, Any]:
    leaders = {Role.ADMIN.value, Role.MANAGER.value, Role.RESPONDER.value}
    return {
        "people": opened.people,
        "leaders": [one for one in opened.people if one.role in leaders],
        "kinds": [(kind, showing.NOTES[kind][0]) for kind in NoteKind],
        "actionabilities": [one.value for one in Actionability],
        "degrees": [one.value for one in Degree],
        "bases": [one.value for one in Basis],
        "anchors": [one.value for one in AnchorName],
        "severities": opened.prepared.severities,
    }


HANDLERS: Final = [incident, alerts, on_the_phone]
