"""Words of a mail as people may read them: whatever their encoding claims, and never an error. Pure.

Only encodings that turn every byte into a sign or a mark are used; a mail that names another, or lies,
is read as UTF-8 with marks for what is none.
"""

import binascii
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

LONGEST_HEADER: Final = 4000

_ENCODINGS: Final = re.compile(
    r"(utf-?8|us-ascii|ascii|latin-?1|iso-?8859-(1[0-6]?|[2-9])|(windows-|cp)125[0-8]|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5|euc-jp|euc-kr|shift_jis|iso-2022-jp|utf-16(le|be)?)",
    re.IGNORECASE,
)
_BLANKS: Final = re.compile(r"\s+")
_CONTROLS: Final = frozenset({"Cc", "Cs"})


def decoded(body: bytes, encoding: str | None) -> str:
    """Bytes as text."""
    named = (encoding or "").strip()
    known = named if _ENCODINGS.fullmatch(named) else "utf-8"
    return body.decode(known, "replace")


def header(raw: str) -> str:
    """The value of a header as text on one line (RFC 2047); a huge one is cut."""
    plain = raw[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = decode_header(plain)
    except (HeaderParseError, binascii.Error, ValueError):
        return line(plain)
    return line("".join(_piece(piece, encoding) for piece, encoding in pieces))


def line(text: str) -> str:
    """Text on one line, without signs that steer."""
    return _BLANKS.sub(" ", _seen(text)).strip()


def lines(text: str) -> str:
    """Text with its lines kept, and nothing else that steers."""
    return _seen(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _piece(piece: bytes | str, encoding: str | None) -> str:
    return piece if isinstance(piece, str) else decoded(piece, encoding or "latin-1")


def _seen(text: str) -> str:
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _CONTROLS
    )
