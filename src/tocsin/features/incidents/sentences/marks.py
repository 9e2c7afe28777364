"""How tags and other marks read."""

from typing import assert_never

from tocsin.features.incidents.events.marks import (
    CommandTakenBack,
    MarkEvent,
    MergeProposalWithdrawn,
    MergeProposed,
    TagAdded,
    TagRemoved,
)
from tocsin.ledger.sentence import Person, Sentence, say


def mark(event: MarkEvent, who: Person) -> Sentence:
    """How it was marked. Which other incident is meant is shown only where it may be seen."""
    match event:
        case TagAdded():
            return say(who, " put the tag ", event.tag, " on it.")
        case TagRemoved():
            return say(who, " took off the tag ", event.tag, ".")
        case MergeProposed():
            return say(who, " marked it as perhaps the same as another incident.")
        case MergeProposalWithdrawn():
            return say(who, " said that it is not the same as the other incident.")
        case CommandTakenBack():
            return say(who, " undid the appointment: nobody leads.")
        case _:
            assert_never(event)
