"""Blacks the secrets of addresses out of what is kept: whoever reads it may not write as the owner. Pure.

Secrets are found as they stand, broken over lines as headers and quoted-printable text are, and inside
stretches of base64.
"""

import base64
import binascii
import re
from typing import Final

BLACKED: Final = "[secret]"

_NAMED: Final = r"(?i)\b(declare|[a-z]{3}-\d{4}-\d{1,9})\+(?:[a-z2-7]{48}|[a-z2-7]{32})(?![a-z0-9])"
_ANY: Final = re.compile(_NAMED)
_ANY_BYTES: Final = re.compile(_NAMED.encode())
_BROKEN: Final = rb"(?:=\r?\n|\r?\n[ \t]+)?"
_BASE64: Final = re.compile(rb"(?m)^(?:[A-Za-z0-9+/]{2,76}={0,2}\r?\n?)+")
_LEAST_ENCODED: Final = 40


def text(words: str, secret: str) -> str:
    """Words without secrets."""
    bare = words
    if secret:
        bare = re.sub(re.escape(secret), BLACKED, words, flags=re.IGNORECASE)
    return _ANY.sub(lambda found: f"{found[1]}+{BLACKED}", bare)


def content(body: bytes, secret: str) -> bytes:
    """The bytes of a file without secrets; the same bytes where none is in them."""
    bare = body
    if secret:
        bare = re.sub(re.escape(secret).encode(), BLACKED.encode(), body, flags=re.IGNORECASE)
    return _ANY_BYTES.sub(lambda found: found[1] + b"+" + BLACKED.encode(), bare)


def mail(raw: bytes, secret: str) -> bytes:
    """A whole mail without secrets, also where they are encoded."""
    opened = _BASE64.sub(lambda found: _recoded(found[0], secret), raw)
    spelled = _spelled(secret).sub(BLACKED.encode(), opened) if secret else opened
    return content(spelled, secret)


def _spelled(secret: str) -> re.Pattern[bytes]:
    """The secret in several lines, and with any of its signs as quoted-printable has it (`=61`)."""
    each = (
        b"(?:%s|=%02X|=%02X)" % (sign.encode(), ord(sign), ord(sign.upper())) for sign in secret
    )
    return re.compile(_BROKEN.join(each), re.IGNORECASE)


def _recoded(encoded: bytes, secret: str) -> bytes:
    """A stretch of base64 as it was, or encoded anew where a secret was in it."""
    if len(encoded) < _LEAST_ENCODED:
        return encoded
    try:
        plain = base64.b64decode(b"".join(encoded.split()), validate=True)
    except binascii.Error:
        return encoded
    bare = content(plain, secret)
    return encoded if bare == plain else base64.encodebytes(bare)
