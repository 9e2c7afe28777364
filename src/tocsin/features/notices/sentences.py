"""How each event about subscribers and notices reads to people."""

from typing import Final, assert_never

from tocsin.features.notices.events import (
    NoticeEvent,
    NoticeFailed,
    NoticeSent,
    SubscriberAdded,
    SubscriberEvent,
    SubscriberRetired,
)
from tocsin.features.notices.terms import Channel
from tocsin.foundation.phrase import phrase
from tocsin.ledger.sentence import Link, Person, Sentence, Value, listed, say

BY: Final = {Channel.WEBHOOK: phrase("by webhook"), Channel.MAIL: phrase("by mail")}


def of_subscriber(event: SubscriberEvent, actor: str) -> Sentence:
    """Say what happened to a subscriber."""
    who = Person(actor)
    match event:
        case SubscriberAdded():
            return _added(event, who)
        case SubscriberRetired():
            return say(who, " retired this subscriber.")
        case _:
            assert_never(event)


def of_notice(event: NoticeEvent, actor: str) -> Sentence:
    """Say that somebody was told, or could not be."""
    who, about = Person(actor), Link("incident", event.incident)
    by, contact, tries = BY[event.channel], event.contact, event.tries
    match event:
        case NoticeSent():
            return say(who, " told ", contact, " ", by, " about ", about, ", at try ", tries, ".")
        case NoticeFailed(reason=why):
            return say(
                who,
                " gave up telling ",
                contact,
                " ",
                by,
                " about ",
                about,
                " after ",
                tries,
                " tries: ",
                why,
            )
        case _:
            assert_never(event)


def _added(event: SubscriberAdded, who: Person) -> Sentence:
    return say(
        who,
        " let ",
        Value(event.name),
        " be told ",
        BY[event.channel],
        " of ",
        len(event.happenings),
        " kinds of events, from Sev-",
        event.minimum_severity,
        " on: ",
        listed(event.contacts),
        ".",
    )
