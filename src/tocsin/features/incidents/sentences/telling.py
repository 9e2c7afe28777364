"""How the situation reads, and the marks of key moments."""

from typing import assert_never

from tocsin.features.incidents.events import (
    KeyMomentMarked,
    KeyMomentUnmarked,
    SituationStated,
    TellingEvent,
)
from tocsin.ledger.sentence import At, Part, Person, Sentence, say
from tocsin.ledger.words import Words


def telling(event: TellingEvent, who: Person) -> Sentence:
    """What was told of it."""
    match event:
        case SituationStated(next_update_at=due):
            said = (
                *_part(" What is happening: ", event.happening),
                *_part(" What we believe: ", event.belief),
                *_part(" What happens next: ", event.next_steps),
            )
            again = () if due is None else (" Next update due at ", At(due), ".")
            return say(who, " stated the situation.", *said, *again)
        case KeyMomentMarked():
            return say(who, " marked an entry as a key moment.")
        case KeyMomentUnmarked():
            return say(who, " took the mark of a key moment off an entry.")
        case _:
            assert_never(event)


def _part(about: str, words: Words | None) -> tuple[Part | str | Words, ...]:
    return () if words is None else (about, words)
