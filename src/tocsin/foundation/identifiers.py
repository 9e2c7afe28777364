"""Identifiers: unique without asking anybody, and telling nothing but roughly when they were made."""

import secrets
from datetime import datetime
from typing import Final

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u."""


def _spelled(number: int, length: int) -> str:
    digits = [ALPHABET[number >> 5 * place & 31] for place in reversed(range(length))]
    return "".join(digits)


def new_id(now: datetime) -> str:
    """A fresh identifier of 26 characters: 48 bits of milliseconds, then 80 random bits (ULID).

    Ordered by time, so that index pages of old records stay untouched by new ones.
    """
    return _spelled(int(now.timestamp() * 1000) << 80 | secrets.randbits(80), 26)


def new_secret(prefix: str) -> str:
    """A fresh bearer secret: a readable prefix, then 256 random bits."""
    return f"{prefix}_{_spelled(secrets.randbits(260), 52)}"
