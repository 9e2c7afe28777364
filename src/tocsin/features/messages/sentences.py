"""How each event about messages reads to people."""

from typing import Final, assert_never

from tocsin.features.messages.events import (
    MessageEvent,
    MessageFailed,
    MessageSent,
    MessageWithheld,
)
from tocsin.features.messages.terms import Concern, Item, WhyWithheld
from tocsin.ledger.sentence import Link, Part, Person, Sentence, say

REASONS: Final = {
    WhyWithheld.MAY_NOT_SEE: "they may not see it",
    WhyWithheld.DISABLED: "they are disabled",
    WhyWithheld.NO_ADDRESS: "they have no address",
    WhyWithheld.TURNED_OFF: "they had turned it off",
}

BECAUSE: Final = {
    Concern.MENTIONED: "they are mentioned",
    Concern.ASKED: "they are asked for",
    Concern.TASK: "a task is theirs",
    Concern.FOLLOWED: "they follow it",
    Concern.TEAM: "it is their team's",
}


def of_message(event: MessageEvent, actor: str) -> Sentence:
    """Say that a person was told, could not be, or was not to be."""
    who, person = Person(actor), Person(event.person)
    match event:
        case MessageSent():
            tries = f", at try {event.tries}."
            return say(
                who, " told ", person, " (", event.contact, ") of ", *_of(event.items), tries
            )
        case MessageFailed():
            gave_up = say(who, " gave up telling ", person, " of ", *_of(event.items))
            return (*gave_up, *say(f" after {event.tries} tries: ", event.reason))
        case MessageWithheld():
            why = f": {REASONS[event.reason]}."
            return say(who, " did not tell ", person, " of ", Link("incident", event.incident), why)
        case _:
            assert_never(event)


def _of(items: tuple[Item, ...]) -> list[Part | str]:
    """The incidents that were told of, each once."""
    parts: list[Part | str] = []
    for incident in dict.fromkeys(item.incident for item in items):
        parts += [Link("incident", incident), ", "]
    return parts[:-1]
