"""How what was done, written and joined reads."""

from typing import assert_never

from tocsin.features.incidents.events import (
    AlertsJoined,
    AlertsLeft,
    ChangeMarked,
    DecisionTaken,
    Noted,
    Restricted,
    RestrictionLifted,
    Retitled,
    RunbookFollowed,
    SeverityChanged,
    WorkaroundApplied,
)
from tocsin.features.incidents.sentences.reasons import why
from tocsin.features.incidents.terms import ChangeRole
from tocsin.ledger.sentence import Link, Person, Sentence, say


def work(
    event: SeverityChanged
    | Retitled
    | Noted
    | DecisionTaken
    | WorkaroundApplied
    | RunbookFollowed
    | ChangeMarked,
    who: Person,
) -> Sentence:
    """What was done and written."""
    match event:
        case SeverityChanged():
            return say(who, f" set the severity to Sev-{event.severity}: ", event.reason)
        case Retitled():
            return say(who, " gave it the title ", event.title)
        case Noted():
            return say(who, f" wrote a {event.kind.replace('_', ' ')}: ", event.text)
        case DecisionTaken():
            return say(who, " decided: ", event.choice, " (", event.question, ")")
        case WorkaroundApplied():
            return say(who, " applied a workaround: ", event.how)
        case RunbookFollowed():
            return say(who, f" followed the runbook {event.runbook}: ", event.result)
        case ChangeMarked():
            change = Link("change", event.change)
            article = "a" if event.role == ChangeRole.SUSPECT else "the"
            said = f" as {article} {event.role}."
            return say(who, " marked the change ", change, said, *why(event.note))
        case _:
            assert_never(event)


def membership(
    event: AlertsJoined | AlertsLeft | Restricted | RestrictionLifted, who: Person
) -> Sentence:
    """What belongs to it, and who may see it."""
    match event:
        case AlertsJoined():
            count = counted(len(event.alerts))
            return say(who, f" joined {count} by the rule {event.rule}.", *why(event.reason))
        case AlertsLeft():
            return say(who, f" took out {counted(len(event.alerts))}: ", event.reason)
        case Restricted():
            return say(who, f" restricted it to {len(event.named)} named: ", event.reason)
        case RestrictionLifted():
            return say(who, " opened it to everybody: ", event.reason)
        case _:
            assert_never(event)


def counted(alerts: int) -> str:
    """So many alerts, in words."""
    return "1 alert" if alerts == 1 else f"{alerts} alerts"
