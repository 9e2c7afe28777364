"""How each event about a silence reads to people."""

from typing import assert_never

from tocsin.features.silences.events import Changed, Expired, Made, SilenceEvent
from tocsin.features.silences.rules.matchers import written
from tocsin.ledger.sentence import At, Person, Sentence, Value, say


def sentence(event: SilenceEvent, actor: str) -> Sentence:
    """Say what happened, in the past tense and with the actor first."""
    who = Person(actor)
    match event:
        case Made():
            which = Value(", ".join(written(matcher) for matcher in event.matchers))
            return say(who, " silenced ", which, _until(event))
        case Changed():
            return say(who, " changed a silence to last", _until(event))
        case Expired():
            return say(who, " ended a silence.")
        case _:
            assert_never(event)


def _until(event: Made | Changed) -> Sentence:
    start, end, by = At(event.starts_at), At(event.ends_at), event.created_by
    return say(" from ", start, " until ", end, " (", by, ": ", event.comment, ")")
