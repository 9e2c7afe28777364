"""Which alerts belong to it, and who may see it."""

from tocsin.features.incidents.events import (
    AlertsJoined,
    AlertsLeft,
    Restricted,
    RestrictionLifted,
)
from tocsin.features.incidents.lifecycle.life import Decision
from tocsin.features.incidents.state import Incident
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words


def join_alerts(
    incident: Incident, *, alerts: tuple[str, ...], rule: str, reason: Words | None
) -> Decision:
    """Add the alerts that are not part of it yet."""
    known = set(incident.alerts)
    new = tuple(dict.fromkeys(alert for alert in alerts if alert not in known))
    return [AlertsJoined(alerts=new, rule=rule, reason=reason)] if new else []


def take_out_alerts(incident: Incident, *, alerts: tuple[str, ...], reason: Words) -> Decision:
    """Take alerts out that do not belong."""
    known = set(incident.alerts)
    there = tuple(alert for alert in alerts if alert in known)
    return [AlertsLeft(alerts=there, reason=reason)] if there else []


def restrict(incident: Incident, *, named: tuple[str, ...], reason: Words) -> Decision:
    """Close it to all but the named. Somebody must be left who sees it."""
    if not named:
        raise Refused("nobody_named", "Name at least one person who may see this incident.")
    if incident.restricted_to == frozenset(named):
        return []
    return [Restricted(named=tuple(sorted(set(named))), reason=reason)]


def lift_restriction(incident: Incident, *, reason: Words) -> Decision:
    """Open it to everybody with the permission again."""
    return [] if incident.restricted_to is None else [RestrictionLifted(reason=reason)]
