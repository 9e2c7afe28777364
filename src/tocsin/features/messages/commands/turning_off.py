"""Turning messages off from a mail, without signing in (RFC 8058).

The link in a mail holds whose it is and what it turns off, sealed: nobody else can make or read one. It
opens nothing but that, and does nothing until somebody, or the person's mail program, posts to it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag

from tocsin.access.policy import Actor, Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.messages import rows
from tocsin.features.messages.commands.choosing import write
from tocsin.features.messages.terms import Concern
from tocsin.foundation.refusal import Refused
from tocsin.ledger import vault
from tocsin.ledger.entry import By
from tocsin.ledger.keys import Keys
from tocsin.ledger.ledger import Ledger

USE: Final = "links that turn messages off"
PATH: Final = "/messages/off/"
LONGEST: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whose messages a link turns off, and which."""

    person: str
    concerns: tuple[Concern, ...]


def link(keys: Keys, address: str, person: str, concerns: Collection[Concern]) -> str:
    """The address at which a person turns off what a mail told them for these reasons."""
    said = " ".join([person, *dict.fromkeys(concern.value for concern in concerns)])
    token = urlsafe_b64encode(vault.sealed(keys, USE, said, USE)).decode().rstrip("=")
    return f"{address}{PATH}{token}"


def headers(link: str) -> dict[str, str]:
    """The headers by which a mail program offers it: one click, one POST (RFC 8058, 3.1)."""
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def named_by(ledger: Ledger, token: str) -> Named:
    """What a link turns off. Refuses `unknown_link`."""
    if token.isascii() and len(token) <= LONGEST:
        try:
            kept = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            person, *concerns = vault.opened(ledger.keys, USE, kept, USE).split()
        except (ValueError, InvalidTag):
            pass
        else:
            return Named(person=person, concerns=tuple(Concern(one) for one in concerns))
    raise Refused("unknown_link", "This is no link of ours, or it was cut off on its way.")


def turn_off(ledger: Ledger, token: str) -> Named:
    """Tell a person nothing any more for the reasons that a link names. Refuses `unknown_link`."""
    named = named_by(ledger, token)
    with UnitOfWork(ledger, _holder(named.person)).change(Permission.SEE_PEOPLE) as change:
        choices = rows.choices_of(change.rows, named.person)
        write(change, named.person, choices.without(named.concerns))
    return named


def _holder(person: str) -> Actor:
    """Whoever has a person's mail: they may do this for them, and nothing else."""
    by = By(id=person, kind="person", through="a link in a mail")
    return Actor(by=by, may=frozenset({Permission.SEE_PEOPLE}), person=person)
