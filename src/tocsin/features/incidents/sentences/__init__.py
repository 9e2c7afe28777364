"""How each event about an incident reads to people: timeline, mail, chat. One sentence per event.

An event without one does not pass the type checkers.
"""

from tocsin.features.incidents.events import (
    Acknowledged,
    AlertsJoined,
    AlertsLeft,
    AnchorStated,
    Closed,
    CommanderAppointed,
    CommandTakenBack,
    Declared,
    EvidenceAttached,
    EvidenceCleared,
    EvidenceRefused,
    EvidenceWithdrawn,
    ImpactFactStated,
    ImpactPeriodStated,
    IncidentEvent,
    KeyMomentMarked,
    KeyMomentUnmarked,
    MergeProposalWithdrawn,
    MergeProposed,
    Mitigated,
    Reopened,
    Resolved,
    Restricted,
    RestrictionLifted,
    RoleEvent,
    SituationStated,
    TagAdded,
    TagRemoved,
    TaskEvent,
)
from tocsin.features.incidents.sentences.bulk import of_bulk, will
from tocsin.features.incidents.sentences.evidence import evidence
from tocsin.features.incidents.sentences.exports import of_list
from tocsin.features.incidents.sentences.life import step
from tocsin.features.incidents.sentences.marks import mark
from tocsin.features.incidents.sentences.roles import roles
from tocsin.features.incidents.sentences.statements import amount, statement
from tocsin.features.incidents.sentences.tasks import tasks
from tocsin.features.incidents.sentences.telling import telling
from tocsin.features.incidents.sentences.views import of_view
from tocsin.features.incidents.sentences.work import membership, work
from tocsin.ledger.sentence import Person, Sentence


def sentence(event: IncidentEvent, actor: str) -> Sentence:
    """Say what happened, in the past tense and with the actor first."""
    who = Person(actor)
    if isinstance(event, RoleEvent):
        return roles(event, who)
    if isinstance(event, TaskEvent):
        return tasks(event, who)
    match event:
        case (
            Declared()
            | Acknowledged()
            | CommanderAppointed()
            | Mitigated()
            | Resolved()
            | Closed()
            | Reopened()
        ):
            return step(event, who)
        case AnchorStated() | ImpactFactStated() | ImpactPeriodStated():
            return statement(event, who)
        case AlertsJoined() | AlertsLeft() | Restricted() | RestrictionLifted():
            return membership(event, who)
        case EvidenceAttached() | EvidenceCleared() | EvidenceRefused() | EvidenceWithdrawn():
            return evidence(event, who)
        case (
            TagAdded()
            | TagRemoved()
            | MergeProposed()
            | MergeProposalWithdrawn()
            | CommandTakenBack()
        ):
            return mark(event, who)
        case SituationStated() | KeyMomentMarked() | KeyMomentUnmarked():
            return telling(event, who)
        case _:
            return work(event, who)


__all__ = [
    "amount",
    "of_bulk",
    "of_list",
    "of_view",
    "sentence",
    "will",
]
