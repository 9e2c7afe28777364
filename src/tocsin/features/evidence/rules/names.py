"""Names of files that others chose, made harmless. They are words to be shown, never paths. Pure."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

LONGEST: Final = 120
LONGEST_BYTES: Final = 200
LONGEST_ENDING: Final = 16
NAMELESS: Final = "file"

_SEPARATORS: Final = re.compile(r"[/\\]")
_RESERVED: Final = re.compile(r'[<>:"|?*%]')
_BLANKS: Final = re.compile(r"\s+")
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|(com|lpt)[\d¹²³]) ?(\.|$)", re.IGNORECASE)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control signs, and what has no sign of its own: bidi overrides, joiners, tags, halves of pairs."""


def harmless(name: str) -> str:
    """The last part of a name, without what misleads an eye, a shell, a header or a file system."""
    last = _SEPARATORS.split(name)[-1]
    seen = "".join(sign for sign in last if _is_seen(sign))
    composed = unicodedata.normalize("NFC", _BLANKS.sub(" ", seen))
    plain = _RESERVED.sub("_", composed).strip(". ")
    if _DEVICE.match(plain):
        plain = f"_{plain}"
    return _shortened(plain) or NAMELESS


def disposition(name: str, *, is_shown: bool) -> str:
    """`Content-Disposition` for a harmless name (RFC 6266): shown in place, or only downloaded."""
    ascii_name = "".join(sign if " " <= sign < "\x7f" else "_" for sign in name)
    fallback = ascii_name.replace("\\", "_").replace('"', "_")
    how = "inline" if is_shown else "attachment"
    return f"{how}; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def visible(text: str) -> str:
    """Text with every sign to be seen: what turns its direction or hides in it is spelled out."""
    return "".join(
        sign if sign in "\n\t" or _is_seen(sign) else f"⟦{ord(sign):X}⟧" for sign in text
    )


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign) not in _UNSEEN or sign in "\t\n\r"


def _shortened(name: str) -> str:
    """At most so many signs and bytes, with the ending kept where there is one."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    tail = dot + ending
    stem = stem[: LONGEST - len(tail)]
    while stem and len((stem + tail).encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    return (stem.rstrip(". ") + tail).strip(". ")
