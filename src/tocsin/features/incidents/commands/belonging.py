"""Which alerts belong to it, and who may see it."""

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.alerts.rows import by_ids
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands.deciding import Shown, decided, needed, recorded, words
from tocsin.features.incidents.state import Incident
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused


def join_alerts(
    work: UnitOfWork,
    reference: str,
    *,
    alerts: tuple[str, ...],
    rule: str,
    reason: str | None = None,
    expected: int | None = None,
) -> Shown:
    """Add alerts to an incident."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.join_alerts(incident, alerts=alerts, rule=rule, reason=words(reason))

    with work.change(Permission.RESPOND) as change:
        must_be_alerts(change, alerts)
        return recorded(change, reference, decide, expected)


def join_alerts_in(
    change: WorkChange,
    reference: str,
    *,
    alerts: tuple[str, ...],
    rule: str,
    reason: str | None = None,
) -> Shown:
    """Add alerts to an incident within a change under way."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.join_alerts(incident, alerts=alerts, rule=rule, reason=words(reason))

    return recorded(change, reference, decide, None)


def take_out_alerts(
    work: UnitOfWork,
    reference: str,
    *,
    alerts: tuple[str, ...],
    reason: str,
    expected: int | None = None,
) -> Shown:
    """Take alerts out of an incident that do not belong to it."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.take_out_alerts(incident, alerts=alerts, reason=needed(reason))

    return decided(work, reference, decide, expected=expected)


def restrict(
    work: UnitOfWork,
    reference: str,
    *,
    named: tuple[str, ...],
    reason: str,
    expected: int | None = None,
) -> Shown:
    """Close an incident to all but the named; whoever does so stays named."""
    with work.change(Permission.RESTRICT) as change:
        own = () if work.actor.person is None else (work.actor.person,)

        def decide(incident: Incident) -> lifecycle.Decision:
            return lifecycle.restrict(incident, named=(*named, *own), reason=needed(reason))

        return recorded(change, reference, decide, expected)


def lift_restriction(
    work: UnitOfWork, reference: str, *, reason: str, expected: int | None = None
) -> Shown:
    """Open a restricted incident to everybody with the permission."""
    with work.change(Permission.RESTRICT) as change:

        def decide(incident: Incident) -> lifecycle.Decision:
            return lifecycle.lift_restriction(incident, reason=needed(reason))

        return recorded(change, reference, decide, expected)


def must_be_alerts(change: WorkChange, alerts: tuple[str, ...]) -> None:
    """Refuse `no_such_alert` where an id is not an alert's."""
    known = {alert.id for alert in by_ids(change.rows, alerts)}
    if missing := [alert for alert in alerts if alert not in known]:
        raise Refused("no_such_alert", phrase("There is no alert %(alert)s.", alert=missing[0]))
