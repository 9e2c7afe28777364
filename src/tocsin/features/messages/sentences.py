"""How each event about messages reads to people."""

from typing import Final, assert_never

from tocsin.features.messages.events import (
    MessageEvent,
    MessageFailed,
    MessageSent,
    MessageWithheld,
)
from tocsin.features.messages.terms import Concern, Item, WhyWithheld
from tocsin.foundation.phrase import phrase
from tocsin.ledger.sentence import Link, Person, Sentence, listed, say

REASONS: Final = {
    WhyWithheld.MAY_NOT_SEE: phrase("they may not see it"),
    WhyWithheld.DISABLED: phrase("they are disabled"),
    WhyWithheld.NO_ADDRESS: phrase("they have no address"),
    WhyWithheld.TURNED_OFF: phrase("they had turned it off"),
}

BECAUSE: Final = {
    Concern.MENTIONED: phrase("they are mentioned"),
    Concern.ASKED: phrase("they are asked for"),
    Concern.TASK: phrase("a task is theirs"),
    Concern.FOLLOWED: phrase("they follow it"),
    Concern.TEAM: phrase("it is their team's"),
}


def of_message(event: MessageEvent, actor: str) -> Sentence:
    """Say that a person was told, could not be, or was not to be."""
    who, person = Person(actor), Person(event.person)
    match event:
        case MessageSent():
            of, tries, contact = _of(event.items), event.tries, event.contact
            return say(who, " told ", person, " (", contact, ") of ", of, ", at try ", tries, ".")
        case MessageFailed():
            of, tries, why = _of(event.items), event.tries, event.reason
            return say(
                who, " gave up telling ", person, " of ", of, " after ", tries, " tries: ", why
            )
        case MessageWithheld():
            about, reason = Link("incident", event.incident), REASONS[event.reason]
            return say(who, " did not tell ", person, " of ", about, ": ", reason, ".")
        case _:
            assert_never(event)


def _of(items: tuple[Item, ...]) -> Sentence:
    """The incidents that were told of, each once."""
    return listed(Link("incident", one) for one in dict.fromkeys(item.incident for item in items))
