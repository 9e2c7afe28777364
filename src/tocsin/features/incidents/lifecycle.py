"""The life of an incident: what may happen to it, as decisions.

A decision takes the incident as it is and answers with the events that follow, or refuses. Doing a
thing twice changes nothing, so a nervous click is safe. Nothing here reads a clock, a database or a
setting.
"""

from datetime import datetime

from tocsin.features.incidents.events import (
    Acknowledged,
    AlertsJoined,
    AlertsLeft,
    Closed,
    CommanderAppointed,
    IncidentEvent,
    Mitigated,
    Reopened,
    Resolved,
    Restricted,
    RestrictionLifted,
    SeverityChanged,
)
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Actionability, Basis, Phase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words

Decision = list[IncidentEvent]

OVER = (Phase.RESOLVED, Phase.CLOSED)


def acknowledge(incident: Incident) -> Decision:
    """Take the incident in hand."""
    _must_not_be_over(incident)
    return [Acknowledged()] if incident.phase is Phase.REPORTED else []


def appoint(incident: Incident, *, commander: str) -> Decision:
    """Let a person lead. Whoever leads has it in hand."""
    _must_not_be_over(incident)
    if incident.commander == commander:
        return []
    return [*acknowledge(incident), CommanderAppointed(commander=commander)]


def change_severity(incident: Incident, *, severity: int, reason: Words) -> Decision:
    """Set the severity, with a reason."""
    if not 1 <= severity <= 4:  # noqa: PLR2004 - Sev-1 to Sev-4
        raise Refused("no_such_severity", "The severity is a number from 1 (worst) to 4.")
    if incident.phase is Phase.CLOSED:
        raise Refused("already_closed", "This incident is closed. Reopen it first.")
    if incident.severity == severity:
        return []
    return [SeverityChanged(severity=severity, reason=reason)]


def mitigate(incident: Incident, *, how: Words | None, workaround: bool) -> Decision:
    """Say that the harm is contained."""
    _must_not_be_over(incident)
    if incident.phase is Phase.MITIGATED:
        return []
    return [*acknowledge(incident), Mitigated(how=how, workaround=workaround)]


def resolve(
    incident: Incident, *, impact_ended: datetime, basis: Basis, how: Words | None
) -> Decision:
    """Say that the harm is over, and since when."""
    if incident.phase in OVER:
        return []
    if incident.phase is Phase.REPORTED:
        raise Refused("not_acknowledged", "Nobody has acknowledged this incident yet.")
    if any(impact_ended < period.began for period in incident.ongoing):
        raise Refused("ends_before_it_began", "The impact cannot end before it began.")
    return [Resolved(impact_ended=impact_ended, impact_basis=basis, how=how)]


def close(
    incident: Incident, *, actionability: Actionability, evidence: Words | None
) -> Decision:
    """Say that nothing is left to do."""
    if incident.phase is Phase.CLOSED:
        return []
    if incident.phase is not Phase.RESOLVED:
        raise Refused("not_resolved", f"This incident is {incident.phase}. Resolve it first.")
    return [Closed(actionability=actionability, evidence=evidence)]


def reopen(incident: Incident, *, impact_began: datetime, basis: Basis, reason: Words) -> Decision:
    """Say that the harm is back. The earlier periods stay as they were recorded."""
    if incident.phase not in OVER:
        raise Refused("not_resolved", "Only a resolved or closed incident can be reopened.")
    last = max((period.ended for period in incident.impacts if period.ended), default=impact_began)
    if impact_began < last:
        raise Refused("overlaps", "The harm cannot be back before it was over.")
    return [Reopened(impact_began=impact_began, impact_basis=basis, reason=reason)]


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


def _must_not_be_over(incident: Incident) -> None:
    if incident.phase in OVER:
        raise Refused(f"already_{incident.phase}", f"This incident is {incident.phase}. Reopen it first.")
