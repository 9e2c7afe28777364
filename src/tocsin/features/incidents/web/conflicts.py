"""Two people at one value: who changed it meanwhile, and both values, for the form to be shown again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from litestar import Request

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows import names_of
from tocsin.features.incidents import commands
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Phase
from tocsin.features.incidents.web import seen
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import Entry
from tocsin.ledger.words import shown
from tocsin.web.forms import text
from tocsin.web.telling import name_of
from tocsin.web.viewer import Viewer

WANTED: Final[Mapping[str, Phase]] = {
    "mitigation": Phase.MITIGATED,
    "resolution": Phase.RESOLVED,
    "closure": Phase.CLOSED,
    "reopening": Phase.INVESTIGATING,
}
ABOUT: Final[Mapping[str, str]] = dict.fromkeys(WANTED, "phase") | {
    "severity": "severity",
    "command": "commander",
    "title": "title",
}
"""Which value each form is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form as it came: from whom, about which incident, and what is in it."""

    request: Request[Any, Any, Any]
    work: UnitOfWork
    viewer: Viewer
    reference: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What somebody else made of a value meanwhile, beside what the form asks.

    `applies` says that one press would set it to what the form asks all the same.
    """

    what: str
    who: str
    at: datetime
    theirs: str
    yours: str
    applies: bool


def conflict(sent: Sent, form: str, refused: Refused) -> Conflict | None:
    """The conflict behind a refusal; None where nobody changed what the form is about."""
    what = ABOUT.get(form, "")
    is_same = seen.as_seen(sent.work, what, sent.fields) if what else None
    if is_same is None:
        return None
    yours = _asked(sent, form)
    with sent.work.look(Permission.SEE_INCIDENTS) as look:
        found = commands.find(look, sent.reference)
        if is_same(found.incident):
            return None
        last = _last_change(look.history(INCIDENT, found.id), what)
        ids = {last.by.id, found.incident.commander or "", yours}
        called = names_of(look.rows, ids)
    return Conflict(
        what=what,
        who=name_of(last.by.id, called),
        at=last.at,
        theirs=_spoken(found.incident, what, called),
        yours=called.get(yours, yours),
        applies=refused.code == "changed_meanwhile",
    )


def _last_change(entries: Sequence[Entry], what: str) -> Entry:
    """The entry that made a value what it is."""
    value, incident, last = seen.VALUES[what], None, entries[0]
    for entry in entries:
        before = incident
        incident = INCIDENT.evolve(before, entry.event, entry.recorded)
        if before is None or value(before) != value(incident):
            last = entry
    return last


def _spoken(incident: Incident, what: str, called: Mapping[str, str]) -> str:
    return {
        "severity": str(incident.severity),
        "phase": incident.phase.value,
        "commander": called.get(incident.commander or "", phrase("nobody")),
        "title": shown(incident.title),
    }[what]


def _asked(sent: Sent, form: str) -> str:
    if form in WANTED:
        return WANTED[form].value
    if form == "command":
        return text(sent.fields, "commander") or sent.viewer.person
    return text(sent.fields, form)
