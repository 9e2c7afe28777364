"""Identifiers: unique without asking anybody, and telling nothing but roughly when they were made."""

import secrets
from datetime import datetime
from typing import Final

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 in lower case: no i, l, o, u."""


PAIRS: Final = tuple(first + second for first in ALPHABET for second in ALPHABET)


def _spelled(number: int, length: int) -> str:
    """A number in so many digits, an even number of them: two at a time."""
    pairs = [PAIRS[number >> 10 * place & 1023] for place in reversed(range(length // 2))]
    return "".join(pairs)


def new_id(now: datetime) -> str:
    """A fresh identifier of 26 characters: 48 bits of milliseconds, then 80 random bits (ULID).

    Ordered by time, so that index pages of old records stay untouched by new ones.
    """
    return _spelled(int(now.timestamp() * 1000) << 80 | secrets.randbits(80), 26)


def first_id(instant: datetime) -> str:
    """An identifier that none made at this instant or later stands before: for ranges of time."""
    return _spelled(int(instant.timestamp() * 1000) << 80, 26)


def new_secret(prefix: str) -> str:
    """A fresh bearer secret: a readable prefix, then 256 random bits."""
    return f"{prefix}_{_spelled(secrets.randbits(260), 52)}"
