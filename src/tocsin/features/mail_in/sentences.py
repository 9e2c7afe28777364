"""How each event about mail that comes in reads. One sentence per event."""

from typing import assert_never

from tocsin.features.mail_in.events import (
    AddressCreated,
    AddressEvent,
    AddressRevoked,
    MailReplayed,
)
from tocsin.features.mail_in.terms import Purpose
from tocsin.ledger.sentence import Person, Sentence, Value, say


def of_address(event: AddressEvent, actor: str) -> Sentence:
    """Say what happened to an address."""
    who = Person(actor)
    match event:
        case AddressCreated():
            owner = Person(event.owner)
            if event.purpose is Purpose.DECLARE:
                return say(who, " made an address to declare incidents by mail as ", owner, ".")
            return say(who, " made an address to add to an incident by mail as ", owner, ".")
        case AddressRevoked():
            return say(who, " revoked the address.")
        case _:
            assert_never(event)


def of_mail(event: MailReplayed, actor: str) -> Sentence:
    """Say what happened to a dead letter."""
    return say(Person(actor), " had the dead letter ", Value(event.letter), " taken.")
