"""How each event about a silence reads to people."""

from typing import assert_never

from tocsin.features.silences.events import Changed, Expired, Made, SilenceEvent
from tocsin.features.silences.rules.matchers import written
from tocsin.ledger.sentence import At, Person, Sentence, say


def sentence(event: SilenceEvent, actor: str) -> Sentence:
    """Say what happened, in the past tense and with the actor first."""
    who = Person(actor)
    match event:
        case Made():
            which = ", ".join(written(matcher) for matcher in event.matchers)
            until = (" from ", At(event.starts_at), " until ", At(event.ends_at))
            words = (" (", event.created_by, ": ", event.comment, ")")
            return say(who, f" silenced {which}", *until, *words)
        case Changed():
            until = (" from ", At(event.starts_at), " until ", At(event.ends_at))
            words = (" (", event.created_by, ": ", event.comment, ")")
            return say(who, " changed a silence to last", *until, *words)
        case Expired():
            return say(who, " ended a silence.")
        case _:
            assert_never(event)
