"""How each event about an incident reads to people: timeline, mail, chat. One sentence per event.

An event without one does not pass the type checkers.
"""

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
from tocsin.features.incidents.terms import ImpactFact
from tocsin.ledger.sentence import At, Link, Part, Person, Sentence, say
from tocsin.ledger.words import Words

Step = Declared | Acknowledged | CommanderAppointed | Mitigated | Resolved | Closed | Reopened
Statement = AnchorStated | ImpactFactStated | ImpactPeriodStated


def sentence(event: IncidentEvent, actor: str) -> Sentence:
    """Say what happened, in the past tense and with the actor first."""
    who = Person(actor)
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
            return _step(event, who)
        case AnchorStated() | ImpactFactStated() | ImpactPeriodStated():
            return _statement(event, who)
        case AlertsJoined() | AlertsLeft() | Restricted() | RestrictionLifted():
            return _membership(event, who)
        case _:
            return _work(event, who)


def _step(event: Step, who: Person) -> Sentence:
    match event:
        case Declared():
            by_rule = f" by the rule {event.rule}" if event.rule else ""
            return say(who, f" declared a Sev-{event.severity}{by_rule}: ", event.title, *_why(event.reason))
        case Acknowledged():
            return say(who, " acknowledged.")
        case CommanderAppointed():
            return say(who, " put ", Person(event.commander), " in command.")
        case Mitigated():
            how = " by a workaround" if event.workaround else ""
            return say(who, f" said that the harm is contained{how}.", *_why(event.how))
        case Resolved():
            return say(who, " resolved it; the impact ended at ", At(event.impact_ended), ".", *_why(event.how))
        case Closed():
            what = event.actionability.replace("_", " ")
            return say(who, f" closed it as {what}.", *_why(event.evidence))
        case Reopened():
            return say(who, " reopened it; the impact began again at ", At(event.impact_began), ": ", event.reason)
        case _:
            assert_never(event)


def _statement(event: Statement, who: Person) -> Sentence:
    match event:
        case AnchorStated():
            regime = f" for {event.regime}" if event.regime else ""
            return say(who, f" stated {event.anchor}{regime}: ", At(event.instant), ". ", event.why)
        case ImpactFactStated():
            return say(who, f" stated {event.fact.name.replace('_', ' ')}: {amount(event.fact)}.")
        case ImpactPeriodStated():
            where = " ".join(part for part in (event.service, event.region) if part) or "the service"
            until = (" to ", At(event.ended)) if event.ended else (", and goes on",)
            degree = event.degree.replace("_", " ")
            return say(who, f" stated that {where} was {degree} from ", At(event.began), *until, ".")
        case _:
            assert_never(event)


def _membership(
    event: AlertsJoined | AlertsLeft | Restricted | RestrictionLifted, who: Person
) -> Sentence:
    match event:
        case AlertsJoined():
            count = _counted(len(event.alerts))
            return say(who, f" joined {count} by the rule {event.rule}.", *_why(event.reason))
        case AlertsLeft():
            return say(who, f" took out {_counted(len(event.alerts))}: ", event.reason)
        case Restricted():
            return say(who, f" restricted it to {len(event.named)} named: ", event.reason)
        case RestrictionLifted():
            return say(who, " opened it to everybody: ", event.reason)
        case _:
            assert_never(event)


def _work(
    event: SeverityChanged
    | Retitled
    | Noted
    | DecisionTaken
    | WorkaroundApplied
    | RunbookFollowed
    | ChangeMarked,
    who: Person,
) -> Sentence:
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
            return say(who, " marked ", change, f" as {event.role}.", *_why(event.note))
        case _:
            assert_never(event)


def amount(fact: ImpactFact) -> str:
    """A figure as people read it: a value, a range, or unknown; with unit and how it was come by."""
    unit = fact.currency or fact.unit
    if fact.value is not None:
        figure = f"{fact.value:g} {unit}"
    elif fact.low is not None or fact.high is not None:
        low = "?" if fact.low is None else f"{fact.low:g}"
        high = "?" if fact.high is None else f"{fact.high:g}"
        figure = f"{low} to {high} {unit}"
    else:
        return "unknown"
    return f"{figure}, {'estimate' if fact.is_estimate else 'actual'}"


def _counted(alerts: int) -> str:
    return "1 alert" if alerts == 1 else f"{alerts} alerts"


def _why(words: Words | None) -> tuple[Part | str | Words, ...]:
    return () if words is None else (" ", words)
