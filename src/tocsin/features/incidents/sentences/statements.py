"""How statements read."""

from typing import assert_never

from tocsin.features.incidents.events import (
    AnchorStated,
    ImpactFactStated,
    ImpactPeriodStated,
)
from tocsin.features.incidents.terms import ImpactFact
from tocsin.foundation.phrase import Phrase, phrase, term
from tocsin.ledger.sentence import At, Person, Sentence, Value, say

Statement = AnchorStated | ImpactFactStated | ImpactPeriodStated


def statement(event: Statement, who: Person) -> Sentence:
    """What somebody stated."""
    match event:
        case AnchorStated():
            what, at = term(event.anchor), At(event.instant)
            if event.regime:
                regime = Value(event.regime)
                return say(who, " stated ", what, " for ", regime, ": ", at, ". ", event.why)
            return say(who, " stated ", what, ": ", at, ". ", event.why)
        case ImpactFactStated():
            return say(who, " stated ", term(event.fact.name), ": ", amount(event.fact), ".")
        case ImpactPeriodStated():
            where, was = _where(event), term(event.degree)
            until = say(" to ", At(event.ended)) if event.ended else say(", and goes on")
            began = At(event.began)
            return say(who, " stated that ", where, " was ", was, " from ", began, until, ".")
        case _:
            assert_never(event)


def _where(event: ImpactPeriodStated) -> Value:
    named = " ".join(part for part in (event.service, event.region) if part)
    return Value(named or phrase("the service"))


def amount(fact: ImpactFact) -> Phrase:
    """A figure as people read it: a value, a range, or unknown; with unit and how it was come by."""
    unit = fact.currency or fact.unit
    if fact.value is not None:
        figure = f"{fact.value:g} {unit}"
    elif fact.low is not None or fact.high is not None:
        low = "?" if fact.low is None else f"{fact.low:g}"
        high = "?" if fact.high is None else f"{fact.high:g}"
        figure = phrase("%(low)s to %(high)s %(unit)s", low=low, high=high, unit=unit)
    else:
        return phrase("unknown")
    if fact.is_estimate:
        return phrase("%(figure)s, estimate", figure=figure)
    return phrase("%(figure)s, actual", figure=figure)
