"""Deeds with files: excerpts of chats and logs, a table, and a graph as a small picture."""

import struct
import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tocsin.features.evidence import commands
from tocsin.features.evidence.commands import About
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents.terms import DataClass, EvidenceKind
from tocsin.runtime.demo.story import Act, Place

WIDE, HIGH = 480, 160
PAPER: Final = 0
LINE: Final = 1
RULE: Final = 2
COLOURS: Final = bytes((251, 250, 247, 178, 40, 60, 214, 211, 203))
"""Three colours of a picture with a palette, as red, green and blue."""


def keep_text(name: str, text: str, kind: EvidenceKind, source: str, *, minutes: float) -> Act:
    """Keep an excerpt that ends now and began so many minutes ago."""

    def act(place: Place) -> object:
        now = place.work.ledger.clock()
        began = now - timedelta(minutes=minutes)
        about = About(name=name, kind=kind, source=source, began=began, ended=now)
        return commands.attach_text(place.work, Terms(), place.reference, text, about)

    return act


def keep_file(
    name: str, content: bytes, description: str, data_class: DataClass = DataClass.INTERNAL
) -> Act:
    """Attach a file."""

    def act(place: Place) -> object:
        filing = commands.admit(place.work, Terms(), place.reference).begin()
        filing.add(content)
        about = About(name=name, description=description, data_class=data_class)
        return commands.attach(place.work, Terms(), place.reference, filing.end(), about)

    return act


def graph(shares: Sequence[float], highest: float) -> bytes:
    """A picture of shares over time (PNG, W3C 2003), the last at the right edge."""
    heights = [_height(shares[x * len(shares) // WIDE], highest) for x in range(WIDE)]
    rows = bytearray()
    for y in range(HIGH):
        rows.append(0)
        rows.extend(_colour(y, HIGH - height) for height in heights)
    head = struct.pack(">IIBBBBB", WIDE, HIGH, 8, 3, 0, 0, 0)
    parts = (b"IHDR", head), (b"PLTE", COLOURS), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, body) for name, body in parts)


def _height(share: float, highest: float) -> int:
    return max(2, round(HIGH * min(1.0, share / highest)))


def _colour(y: int, top: int) -> int:
    if y >= top:
        return LINE
    return RULE if y % 40 == 0 else PAPER


def _part(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
