"""What each event means for an incident: `evolve`, and nothing else gives an event its meaning. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.access.visibility import audience_of
from tocsin.features.incidents.events import (
    Acknowledged,
    AlertsJoined,
    AlertsLeft,
    AnchorStated,
    ChangeMarked,
    Closed,
    CommanderAppointed,
    CommandTakenBack,
    DecisionTaken,
    Declared,
    EvidenceAttached,
    EvidenceCleared,
    EvidenceEvent,
    EvidenceRefused,
    EvidenceWithdrawn,
    ImpactFactStated,
    ImpactPeriodStated,
    IncidentEvent,
    KeyMomentMarked,
    KeyMomentUnmarked,
    MarkEvent,
    MergeProposalWithdrawn,
    MergeProposed,
    Mitigated,
    Noted,
    Reopened,
    Resolved,
    Restricted,
    RestrictionLifted,
    Retitled,
    RoleEvent,
    RunbookFollowed,
    SeverityChanged,
    SituationStated,
    TagAdded,
    TagRemoved,
    TaskAdded,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskDueChanged,
    TaskEvent,
    TaskReopened,
    TaskReworded,
    WorkaroundApplied,
)
from tocsin.features.incidents.evolution.evidence import evidenced
from tocsin.features.incidents.evolution.life import declared, stepped
from tocsin.features.incidents.evolution.marks import marked
from tocsin.features.incidents.evolution.roles import peopled
from tocsin.features.incidents.evolution.statements import stated
from tocsin.features.incidents.evolution.tasks import tasked
from tocsin.features.incidents.evolution.telling import change_marked, situated
from tocsin.features.incidents.state import Incident
from tocsin.ledger.entry import Recorded

Rest = (
    SeverityChanged
    | Retitled
    | Noted
    | DecisionTaken
    | WorkaroundApplied
    | RunbookFollowed
    | KeyMomentMarked
    | KeyMomentUnmarked
    | AlertsJoined
    | AlertsLeft
    | Restricted
    | RestrictionLifted
)


def evolve(incident: Incident | None, event: IncidentEvent, on: Recorded) -> Incident:
    """The incident after one more event.

    What is for an audience alone changes nothing that others see, not even when it was changed last.
    """
    if incident is not None and audience_of(event) is not None:
        return replace(incident, asides=incident.asides + 1)
    return replace(_after(incident, event, on), updated_at=on.at)


def _after(incident: Incident | None, event: IncidentEvent, on: Recorded) -> Incident:
    if isinstance(event, Declared):
        return declared(event, on)
    assert incident is not None, "the first event about an incident is Declared"
    if isinstance(event, CommanderAppointed | RoleEvent | TaskEvent):
        return _shared_out(incident, event, on)
    match event:
        case Acknowledged() | Mitigated() | Resolved() | Closed() | Reopened():
            return stepped(incident, event, on)
        case AnchorStated() | ImpactFactStated() | ImpactPeriodStated():
            return stated(incident, event, on)
        case (
            EvidenceAttached()
            | EvidenceCleared()
            | EvidenceRefused()
            | EvidenceWithdrawn()
            | TagAdded()
            | TagRemoved()
            | MergeProposed()
            | MergeProposalWithdrawn()
            | CommandTakenBack()
        ):
            return _beside(incident, event, on)
        case SituationStated():
            return situated(incident, event, on)
        case ChangeMarked():
            return change_marked(incident, event, on)
        case _:
            return _changed(incident, event)


def _beside(incident: Incident, event: EvidenceEvent | MarkEvent, on: Recorded) -> Incident:
    """The incident with files or marks more, or less."""
    match event:
        case EvidenceAttached() | EvidenceCleared() | EvidenceRefused() | EvidenceWithdrawn():
            return evidenced(incident, event, on)
        case _:
            return marked(incident, event, on)


def _shared_out(
    incident: Incident, event: CommanderAppointed | RoleEvent | TaskEvent, on: Recorded
) -> Incident:
    """The incident with its work shared out in another way."""
    match event:
        case (
            TaskAdded()
            | TaskAssigned()
            | TaskDone()
            | TaskDropped()
            | TaskReopened()
            | TaskReworded()
            | TaskDueChanged()
        ):
            return tasked(incident, event, on)
        case _:
            return peopled(incident, event, on)


def _changed(incident: Incident, event: Rest) -> Incident:
    """The incident with something else about it changed, or only something more in its history."""
    match event:
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
        case (
            Noted()
            | DecisionTaken()
            | WorkaroundApplied()
            | RunbookFollowed()
            | KeyMomentMarked()
            | KeyMomentUnmarked()
        ):
            return incident
        case _:
            assert_never(event)


__all__ = ["evolve"]
