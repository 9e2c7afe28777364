"""How statements read."""

from typing import assert_never

from tocsin.features.incidents.events import (
    AnchorStated,
    ImpactFactStated,
    ImpactPeriodStated,
)
from tocsin.features.incidents.terms import ImpactFact
from tocsin.ledger.sentence import At, Person, Sentence, say

Statement = AnchorStated | ImpactFactStated | ImpactPeriodStated


def statement(event: Statement, who: Person) -> Sentence:
    """What somebody stated."""
    match event:
        case AnchorStated():
            regime = f" for {event.regime}" if event.regime else ""
            return say(who, f" stated {event.anchor}{regime}: ", At(event.instant), ". ", event.why)
        case ImpactFactStated():
            return say(who, f" stated {event.fact.name.replace('_', ' ')}: {amount(event.fact)}.")
        case ImpactPeriodStated():
            where = (
                " ".join(part for part in (event.service, event.region) if part) or "the service"
            )
            until = (" to ", At(event.ended)) if event.ended else (", and goes on",)
            degree = event.degree.replace("_", " ")
            return say(
                who, f" stated that {where} was {degree} from ", At(event.began), *until, "."
            )
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
