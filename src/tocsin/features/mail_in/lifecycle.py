"""What may happen to an address, as decisions. Doing a thing twice changes nothing."""

from typing import Final

from tocsin.features.mail_in.events import AddressEvent, AddressRevoked
from tocsin.features.mail_in.state import MailAddress
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

MOST_OF_ONE_OWNER: Final = 10


def revoke(address: MailAddress) -> list[AddressEvent]:
    """Refuse mail to an address."""
    return [] if address.is_revoked else [AddressRevoked()]


def must_have_room(in_use: int) -> None:
    """Refuse `too_many_addresses` where somebody has all the declare addresses that they may have."""
    if in_use >= MOST_OF_ONE_OWNER:
        sentence = phrase(
            "%(most)s addresses are in use already. Revoke one first.", most=MOST_OF_ONE_OWNER
        )
        raise Refused("too_many_addresses", sentence)
