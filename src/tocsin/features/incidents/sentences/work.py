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
from tocsin.features.incidents.terms import WITH_IT, ChangeRole
from tocsin.foundation.phrase import term
from tocsin.ledger.sentence import Link, Person, Sentence, Value, say


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
            return say(who, " set the severity to Sev-", event.severity, ": ", event.reason)
        case Retitled():
            return say(who, " gave it the title ", event.title)
        case Noted():
            return say(who, " wrote a ", term(event.kind), ": ", event.text)
        case DecisionTaken():
            return say(who, " decided: ", event.choice, " (", event.question, ")")
        case WorkaroundApplied():
            return say(who, " applied a workaround: ", event.how)
        case RunbookFollowed():
            return say(who, " followed the runbook ", Value(event.runbook), ": ", event.result)
        case ChangeMarked():
            change, note = Link("change", event.change), why(event.note)
            if event.role == ChangeRole.SUSPECT:
                return say(who, " marked the change ", change, " as a suspect.", note)
            role = term(event.role)
            return say(who, " marked the change ", change, " as the ", role, ".", note)
        case _:
            assert_never(event)


def membership(
    event: AlertsJoined | AlertsLeft | Restricted | RestrictionLifted, who: Person
) -> Sentence:
    """What belongs to it, and who may see it."""
    match event:
        case AlertsJoined():
            return _joined(event, who)
        case AlertsLeft(alerts=[_], reason=reason):
            return say(who, " took out 1 alert: ", reason)
        case AlertsLeft(alerts=alerts, reason=reason):
            return say(who, " took out ", len(alerts), " alerts: ", reason)
        case Restricted():
            return say(who, " restricted it to ", len(event.named), " named: ", event.reason)
        case RestrictionLifted():
            return say(who, " opened it to everybody: ", event.reason)
        case _:
            assert_never(event)


def _joined(event: AlertsJoined, who: Person) -> Sentence:
    rule = Value(WITH_IT if event.rule == WITH_IT else event.rule)
    count, because = len(event.alerts), why(event.reason)
    if count == 1:
        return say(who, " joined 1 alert by the rule ", rule, ".", because)
    return say(who, " joined ", count, " alerts by the rule ", rule, ".", because)
