"""Small values that travel through a client and come back: sealed, and for one viewer only.

Nothing dense (a place in a list, a version) is ever shown: what is sealed here looks like chance, and
sealing the same value again gives the same text, so that answers can be compared.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.access.work import Look, UnitOfWork
from tocsin.ledger.vault import derived

NONCE_BYTES: Final = 12
LONGEST: Final = 1024


@dataclass(frozen=True, slots=True)
class Seal:
    """What seals values for one viewer, and opens what was sealed for them."""

    key: bytes

    def close(self, purpose: str, value: bytes) -> str:
        """The value as URL-safe text that only this viewer's seal opens, for this purpose only."""
        # The nonce follows from the value, so that it is never used for two values (RFC 8452's idea).
        nonce = hmac.digest(self.key, purpose.encode() + b"\0" + value, "sha256")[:NONCE_BYTES]
        kept = AESGCM(self.key).encrypt(nonce, value, purpose.encode())
        return urlsafe_b64encode(nonce + kept).decode().rstrip("=")

    def open(self, purpose: str, text: str) -> bytes | None:
        """The value, or None where the text was not sealed for this viewer and purpose."""
        if not text.isascii() or len(text) > LONGEST:
            return None
        try:
            kept = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return AESGCM(self.key).decrypt(
                kept[:NONCE_BYTES], kept[NONCE_BYTES:], purpose.encode()
            )
        except (ValueError, InvalidTag):
            return None


def seal_of(work: UnitOfWork | Look) -> Seal:
    """The seal of whoever is asking."""
    return Seal(derived(work.ledger.keys, f"seal of the viewer {work.actor.by.id}"))
