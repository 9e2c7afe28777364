"""What can have happened to the addresses that take mail in, and to mail that nobody wrote.

No secret stands in an event: `digest` is the SHA-256 of 160 random bits or more, which none can guess.
"""

from tocsin.features.mail_in.terms import OwnerKind, Purpose
from tocsin.ledger.event import event


@event("mail_address.created")
class AddressCreated:
    """Mail to an address acts as its owner from now on; `incident` is the id of the one it adds to."""

    purpose: Purpose
    owner_kind: OwnerKind
    owner: str
    incident: str | None
    digest: str


@event("mail_address.revoked")
class AddressRevoked:
    """Mail to the address is refused from now on."""


@event("mail.dead_letter_replayed")
class MailReplayed:
    """Somebody had a dead letter taken as if a person had written it."""

    letter: str


AddressEvent = AddressCreated | AddressRevoked
