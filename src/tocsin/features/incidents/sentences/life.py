"""How the steps of its life read."""

from typing import assert_never

from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    CommanderAppointed,
    Declared,
    Mitigated,
    Reopened,
    Resolved,
)
from tocsin.features.incidents.sentences.reasons import why
from tocsin.foundation.phrase import phrase, term
from tocsin.ledger.sentence import NOTHING, At, Person, Sentence, Value, say

Step = Declared | Acknowledged | CommanderAppointed | Mitigated | Resolved | Closed | Reopened


def step(event: Step, who: Person) -> Sentence:
    """A step of its life."""
    match event:
        case Declared():
            return _declared(event, who)
        case Acknowledged():
            return say(who, " acknowledged.")
        case CommanderAppointed():
            if Person(event.commander) == who:
                return say(who, " took command.")
            return say(who, " put ", Person(event.commander), " in command.")
        case Mitigated():
            return _mitigated(event, who)
        case Resolved():
            return say(
                who,
                " resolved it; the impact ended at ",
                At(event.impact_ended),
                ".",
                why(event.how),
            )
        case Closed():
            return say(who, " closed it as ", term(event.actionability), ".", why(event.evidence))
        case Reopened():
            return say(
                who,
                " reopened it; the impact began again at ",
                At(event.impact_began),
                ": ",
                event.reason,
            )
        case _:
            assert_never(event)


def _declared(event: Declared, who: Person) -> Sentence:
    what, title = _what(event), event.title
    prepared, because = _prepared(event), why(event.reason)
    if event.rule:
        by = Value(event.rule)
        return say(who, " declared a ", what, " by the rule ", by, ": ", title, prepared, because)
    return say(who, " declared a ", what, ": ", title, prepared, because)


def _mitigated(event: Mitigated, who: Person) -> Sentence:
    if event.workaround:
        return say(who, " said that the harm is contained by a workaround.", why(event.how))
    return say(who, " said that the harm is contained.", why(event.how))


def _what(event: Declared) -> Value:
    """Its severity, and that it is an exercise, where it is one."""
    severity = f"Sev-{event.severity}"
    if not event.mode.is_exercise:
        return Value(severity)
    return Value(phrase("%(mode)s %(severity)s", mode=term(event.mode), severity=severity))


def _prepared(event: Declared) -> Sentence:
    """With which template, where with one."""
    if event.template is None:
        return NOTHING
    template, version = Value(event.template), Value(str(event.template_version))
    return say(", with the template ", template, ", version ", version, ".")
