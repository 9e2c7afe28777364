"""The steps of its life, from declared to closed and back."""

from datetime import datetime

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    CommanderAppointed,
    IncidentEvent,
    Mitigated,
    Reopened,
    Resolved,
    SeverityChanged,
)
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, Phase
from tocsin.features.playbooks.rules.severities import must_be_a_severity
from tocsin.foundation.phrase import phrase, term
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words

Decision = list[IncidentEvent]

OVER = (Phase.RESOLVED, Phase.CLOSED)


def acknowledge(incident: Incident) -> Decision:
    """Take the incident in hand."""
    must_not_be_over(incident)
    return [Acknowledged()] if incident.phase is Phase.REPORTED else []


def appoint(incident: Incident, *, commander: str) -> Decision:
    """Let a person lead. Whoever leads has it in hand."""
    must_not_be_over(incident)
    if incident.commander == commander:
        return []
    return [*acknowledge(incident), CommanderAppointed(commander=commander)]


def change_severity(incident: Incident, *, severity: int, reason: Words) -> Decision:
    """Set the severity, with a reason."""
    must_be_a_severity(severity)
    if incident.phase is Phase.CLOSED:
        raise Refused("already_closed", "This incident is closed. Reopen it first.")
    if incident.severity == severity:
        return []
    return [SeverityChanged(severity=severity, reason=reason)]


def mitigate(incident: Incident, *, how: Words | None, workaround: bool) -> Decision:
    """Say that the harm is contained."""
    must_not_be_over(incident)
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


def close(incident: Incident, *, actionability: Actionability, evidence: Words | None) -> Decision:
    """Say that nothing is left to do."""
    if incident.phase is Phase.CLOSED:
        return []
    if incident.phase is not Phase.RESOLVED:
        raise Refused(
            "not_resolved",
            phrase("This incident is %(phase)s. Resolve it first.", phase=term(incident.phase)),
        )
    return [Closed(actionability=actionability, evidence=evidence)]


def reopen(incident: Incident, *, impact_began: datetime, basis: Basis, reason: Words) -> Decision:
    """Say that the harm is back. The earlier periods stay as they were recorded."""
    if incident.phase not in OVER:
        raise Refused("not_resolved", "Only a resolved or closed incident can be reopened.")
    last = max((period.ended for period in incident.impacts if period.ended), default=impact_began)
    if impact_began < last:
        raise Refused("overlaps", "The harm cannot be back before it was over.")
    return [Reopened(impact_began=impact_began, impact_basis=basis, reason=reason)]


def must_not_be_over(incident: Incident) -> None:
    """Refuse `already_resolved` or `already_closed`."""
    if incident.phase in OVER:
        raise Refused(
            f"already_{incident.phase}",
            phrase("This incident is %(phase)s. Reopen it first.", phase=term(incident.phase)),
        )
