"""How the situation reads, and the marks of key moments."""

from typing import assert_never

from tocsin.features.incidents.events import (
    KeyMomentMarked,
    KeyMomentUnmarked,
    SituationStated,
    TellingEvent,
)
from tocsin.ledger.sentence import NOTHING, At, Person, Sentence, say


def telling(event: TellingEvent, who: Person) -> Sentence:
    """What was told of it."""
    match event:
        case SituationStated(next_update_at=due):
            is_, belief, next_ = event.happening, event.belief, event.next_steps
            return say(
                who,
                " stated the situation.",
                NOTHING if is_ is None else say(" What is happening: ", is_),
                NOTHING if belief is None else say(" What we believe: ", belief),
                NOTHING if next_ is None else say(" What happens next: ", next_),
                NOTHING if due is None else say(" Next update due at ", At(due), "."),
            )
        case KeyMomentMarked():
            return say(who, " marked an entry as a key moment.")
        case KeyMomentUnmarked():
            return say(who, " took the mark of a key moment off an entry.")
        case _:
            assert_never(event)
