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
from tocsin.ledger.sentence import Link, Part, Person, Sentence, say
from tocsin.ledger.words import Words

BY: Final = {Channel.WEBHOOK: "by webhook", Channel.MAIL: "by mail"}


def of_subscriber(event: SubscriberEvent, actor: str) -> Sentence:
    """Say what happened to a subscriber."""
    who = Person(actor)
    match event:
        case SubscriberAdded():
            count = len(event.happenings)
            told = f" let {event.name} be told {BY[event.channel]} of {count} kinds of events"
            return say(who, f"{told}, from Sev-{event.minimum_severity} on: ", *_listed(event))
        case SubscriberRetired():
            return say(who, " retired this subscriber.")
        case _:
            assert_never(event)


def of_notice(event: NoticeEvent, actor: str) -> Sentence:
    """Say that somebody was told, or could not be."""
    who, about = Person(actor), Link("incident", event.incident)
    by = f" {BY[event.channel]} about "
    match event:
        case NoticeSent():
            return say(who, " told ", event.contact, by, about, f", at try {event.tries}.")
        case NoticeFailed():
            tries = f" after {event.tries} tries: "
            return say(who, " gave up telling ", event.contact, by, about, tries, event.reason)
        case _:
            assert_never(event)


def _listed(event: SubscriberAdded) -> list[Part | str | Words]:
    parts: list[Part | str | Words] = []
    for contact in event.contacts:
        parts += [contact, ", "]
    return [*parts[:-1], "."]
