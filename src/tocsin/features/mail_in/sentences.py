"""How each event about mail that comes in reads. One sentence per event."""

from typing import assert_never

from tocsin.features.mail_in.events import (
    AddressCreated,
    AddressEvent,
    AddressRevoked,
    MailReplayed,
)
from tocsin.features.mail_in.terms import Purpose
from tocsin.ledger.sentence import Person, Sentence, say


def of_address(event: AddressEvent, actor: str) -> Sentence:
    """Say what happened to an address."""
    who = Person(actor)
    match event:
        case AddressCreated():
            to = "declare incidents" if event.purpose is Purpose.DECLARE else "add to an incident"
            return say(who, f" made an address to {to} by mail as ", Person(event.owner), ".")
        case AddressRevoked():
            return say(who, " revoked the address.")
        case _:
            assert_never(event)


def of_mail(event: MailReplayed, actor: str) -> Sentence:
    """Say what happened to a dead letter."""
    return say(Person(actor), f" had the dead letter {event.letter} taken.")
