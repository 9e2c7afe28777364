"""Which alerts belong to an incident, and who may see it."""

from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.alerts_joined")
class AlertsJoined:
    """Alerts were found to belong to it: one event for a whole storm, with the rule that said so."""

    alerts: tuple[str, ...]
    rule: str
    reason: Words | None = None


@event("incident.alerts_left")
class AlertsLeft:
    """Alerts were taken out again."""

    alerts: tuple[str, ...]
    reason: Words


@event("incident.restricted")
class Restricted:
    """From now on only the named may see it."""

    named: tuple[str, ...]
    reason: Words


@event("incident.restriction_lifted")
class RestrictionLifted:
    """Everybody with the permission may see it again."""

    reason: Words


BelongingEvent = AlertsJoined | AlertsLeft | Restricted | RestrictionLifted
