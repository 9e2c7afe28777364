"""What several sentences share."""

from tocsin.ledger.sentence import Part
from tocsin.ledger.words import Words


def why(words: Words | None) -> tuple[Part | str | Words, ...]:
    """A reason, where one was given."""
    return () if words is None else (" ", words)
