"""What each event means for an address. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.mail_in.events import AddressCreated, AddressEvent, AddressRevoked
from tocsin.features.mail_in.state import MailAddress
from tocsin.ledger.entry import Recorded


def evolve(address: MailAddress | None, event: AddressEvent, on: Recorded) -> MailAddress:
    """The address after one more event."""
    match event:
        case AddressCreated():
            return MailAddress(
                purpose=event.purpose,
                owner_kind=event.owner_kind,
                owner=event.owner,
                incident=event.incident,
                digest=event.digest,
                created_at=on.at,
                created_by=on.by.id,
            )
        case AddressRevoked():
            assert address is not None, "only a created address is revoked"
            return replace(address, is_revoked=True)
        case _:
            assert_never(event)
