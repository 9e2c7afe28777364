"""What several sentences share."""

from tocsin.ledger.sentence import NOTHING, Sentence, say
from tocsin.ledger.words import Words


def why(words: Words | None) -> Sentence:
    """A reason, where one was given."""
    return NOTHING if words is None else say(" ", words)
