"""Facts and words: what an event may say for ever, and what may have to be forgotten.

Words (free text, names, addresses) stand in the ledger as digests; the text itself is a sealed part
with a key of its own. Erasing the key erases the text and leaves the record provable.
"""

from typing import Final, assert_never

import msgspec


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Words as they were written. `about` is the person they are about, if they are about one."""

    value: str
    about: str | None = None


class Erased(msgspec.Struct, frozen=True, tag="erased"):
    """Words that were erased: that something was said is known, what was said is not."""


Words = Text | Erased

ERASED: Final = Erased()


def shown(words: Words | None, *, otherwise: str = "") -> str:
    """The words for a reader; a stand-in where they were erased, `otherwise` where there are none."""
    match words:
        case None:
            return otherwise
        case Text(value=value):
            return value
        case Erased():
            return "[erased]"
        case _:
            assert_never(words)
