"""What each event means for an incident: `evolve`, and nothing else gives an event its meaning. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.incidents.events import (
    Acknowledged,
    AlertsJoined,
    AlertsLeft,
    AnchorStated,
    ChangeMarked,
    Closed,
    CommanderAppointed,
    DecisionTaken,
    Declared,
    ImpactFactStated,
    ImpactPeriodStated,
    IncidentEvent,
    Mitigated,
    Noted,
    Reopened,
    Resolved,
    Restricted,
    RestrictionLifted,
    Retitled,
    RunbookFollowed,
    SeverityChanged,
    WorkaroundApplied,
)
from tocsin.features.incidents.state import Anchor, ImpactPeriod, Incident, StatedFact
from tocsin.features.incidents.terms import Degree, Phase
from tocsin.ledger.entry import Recorded

Statement = AnchorStated | ImpactFactStated | ImpactPeriodStated
Step = Acknowledged | Mitigated | Resolved | Closed | Reopened
Rest = (
    CommanderAppointed
    | SeverityChanged
    | Retitled
    | Noted
    | DecisionTaken
    | WorkaroundApplied
    | RunbookFollowed
    | ChangeMarked
    | AlertsJoined
    | AlertsLeft
    | Restricted
    | RestrictionLifted
)


def evolve(incident: Incident | None, event: IncidentEvent, on: Recorded) -> Incident:
    """The incident after one more event."""
    if isinstance(event, Declared):
        return _declared(event, on)
    assert incident is not None, "the first event about an incident is Declared"
    match event:
        case Acknowledged() | Mitigated() | Resolved() | Closed() | Reopened():
            return _stepped(incident, event, on)
        case AnchorStated() | ImpactFactStated() | ImpactPeriodStated():
            return _stated(incident, event, on)
        case _:
            return _changed(incident, event)


def _declared(event: Declared, on: Recorded) -> Incident:
    began = ImpactPeriod(
        seq=on.seq, began=event.impact_began, basis=event.impact_basis, service=event.service
    )
    named = event.restricted_to
    return Incident(
        reference=event.reference,
        title=event.title,
        severity=event.severity,
        mode=event.mode,
        phase=Phase.REPORTED,
        phase_since=on.at,
        declared_at=on.at,
        declared_by=on.by.id,
        impacts=(began,),
        service=event.service,
        team=event.team,
        rule=event.rule,
        restricted_to=None if named is None else frozenset(named),
    )


def _stepped(incident: Incident, event: Step, on: Recorded) -> Incident:
    """The incident in its next phase."""
    here = replace(incident, phase_since=on.at)
    match event:
        case Acknowledged():
            known = {"acknowledged_at": on.at, "acknowledged_by": on.by.id}
            first = {} if incident.acknowledged_at else known
            return replace(here, phase=Phase.INVESTIGATING, **first)
        case Mitigated():
            return replace(here, phase=Phase.MITIGATED, mitigated_at=on.at)
        case Resolved():
            ended = tuple(
                period if period.ended else replace(period, ended=event.impact_ended)
                for period in incident.impacts
            )
            return replace(here, phase=Phase.RESOLVED, resolved_at=on.at, impacts=ended)
        case Closed():
            closed = replace(here, phase=Phase.CLOSED, closed_at=on.at)
            return replace(closed, actionability=event.actionability)
        case Reopened():
            return _reopened(here, event, on)
        case _:
            assert_never(event)


def _reopened(here: Incident, event: Reopened, on: Recorded) -> Incident:
    again = ImpactPeriod(
        seq=on.seq, began=event.impact_began, basis=event.impact_basis, service=here.service
    )
    return replace(
        here,
        phase=Phase.INVESTIGATING,
        impacts=(*here.impacts, again),
        reopened=here.reopened + 1,
        mitigated_at=None,
        resolved_at=None,
        closed_at=None,
        actionability=None,
    )


def _stated(incident: Incident, event: Statement, on: Recorded) -> Incident:
    """The incident with a statement more; the statement that it corrects is no longer current."""
    match event:
        case AnchorStated():
            stated = Anchor(
                seq=on.seq,
                anchor=event.anchor,
                instant=event.instant,
                regime=event.regime,
                by=on.by.id,
            )
            kept = tuple(one for one in incident.anchors if one.seq != event.corrects)
            return replace(incident, anchors=(*kept, stated))
        case ImpactFactStated():
            fact = StatedFact(seq=on.seq, at=on.at, fact=event.fact, source=event.source)
            facts = tuple(one for one in incident.facts if one.seq != event.corrects)
            return replace(incident, facts=(*facts, fact))
        case ImpactPeriodStated():
            periods = tuple(one for one in incident.impacts if one.seq != event.corrects)
            return replace(incident, impacts=(*periods, _period(event, on.seq)))
        case _:
            assert_never(event)


def _period(event: ImpactPeriodStated, seq: int) -> ImpactPeriod:
    return ImpactPeriod(
        seq=seq,
        began=event.began,
        ended=event.ended,
        degree=Degree(event.degree),
        planned=event.planned,
        basis=event.basis,
        service=event.service,
        region=event.region,
    )


def _changed(incident: Incident, event: Rest) -> Incident:
    """The incident with something else about it changed, or only something more in its history."""
    match event:
        case CommanderAppointed():
            return replace(incident, commander=event.commander)
        case SeverityChanged():
            return replace(incident, severity=event.severity)
        case Retitled():
            return replace(incident, title=event.title)
        case AlertsJoined():
            return replace(incident, alerts=(*incident.alerts, *event.alerts))
        case AlertsLeft():
            gone = set(event.alerts)
            kept = tuple(alert for alert in incident.alerts if alert not in gone)
            return replace(incident, alerts=kept)
        case Restricted():
            return replace(incident, restricted_to=frozenset(event.named))
        case RestrictionLifted():
            return replace(incident, restricted_to=None)
        case Noted() | DecisionTaken() | WorkaroundApplied() | RunbookFollowed() | ChangeMarked():
            return incident
        case _:
            assert_never(event)
