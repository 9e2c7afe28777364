"""Why alerts belong to an incident, as its own history says it: the rule, its reason, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from tocsin.access.work import Look
from tocsin.features.incidents.events import AlertsJoined, Declared
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import WITH_IT
from tocsin.features.triage.rows import IncidentOfAlerts
from tocsin.ledger.entry import Entry
from tocsin.web.telling import written

SHOWN_AT_MOST: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One reason: at what instant, by which rule, in which words, for how many alerts."""

    at: datetime
    rule: str
    words: Markup
    alerts: int
    reference: str


def of_incident(
    look: Look, incident: IncidentOfAlerts, alert: str | None = None
) -> Sequence[Because]:
    """The reasons in an incident's history, the first and the latest; of one alert only its own."""
    entries = look.history(INCIDENT, incident.id)
    opened = [_because(entry, incident) for entry in entries if _says_why(entry.event)]
    joined = [
        _because(entry, incident)
        for entry in entries
        if isinstance(entry.event, AlertsJoined) and (alert is None or alert in entry.event.alerts)
    ]
    latest = joined[-(SHOWN_AT_MOST - 1) :] if len(joined) > SHOWN_AT_MOST else joined[1:]
    return [*opened, *joined[:1], *latest]


def _says_why(event: object) -> bool:
    return isinstance(event, Declared) and bool(event.rule and event.reason)


def _because(entry: Entry, incident: IncidentOfAlerts) -> Because:
    return Because(
        at=entry.at,
        rule=WITH_IT if entry.event.rule == WITH_IT else entry.event.rule,
        words=written(entry.event.reason),
        alerts=len(getattr(entry.event, "alerts", ())),
        reference=incident.reference,
    )
