"""What a file is, by its content alone: what it is called and what it claims to be counts nothing. Pure.

What is not on the list is an opaque download. Markup is known only so that it is never rendered.
"""

import codecs
import re
from typing import Final

HEAD_BYTES: Final = 65_536
OPAQUE: Final = "application/octet-stream"
PLAIN: Final = "text/plain"
MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
)
IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TEXTS: Final = frozenset({PLAIN, "text/csv", "application/json"})

_NOT_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP: Final = re.compile(r"<[!?a-zA-Z/]")
_HTML: Final = re.compile(r"<(!doctype\s+html|html|head|body|script|iframe|meta|title)\b")
_CELLS: Final = ",;\t"


class Sniffer:
    """Looks at a file as it comes by, and remembers a little of it."""

    def __init__(self) -> None:
        self._head = b""
        self._last = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_text = True

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
        self._last = piece.rstrip()[-1:] or self._last
        self._is_text = self._is_text and self._reads(piece, is_last=False)

    def media_type(self) -> str:
        """What all of it is."""
        by_magic = _by_magic(self._head)
        if by_magic is not None:
            return by_magic
        if not (self._is_text and self._reads(b"", is_last=True)):
            return OPAQUE
        head = self._head.decode("utf-8", "ignore").lstrip("\ufeff \t\r\n\f")
        if _MARKUP.match(head):
            return _markup(head.lower())
        if (head[:1], self._last) in (("{", b"}"), ("[", b"]")):
            return "application/json"
        return "text/csv" if _is_table(head) else PLAIN

    def _reads(self, piece: bytes, *, is_last: bool) -> bool:
        try:
            text = self._decoder.decode(piece, final=is_last)
        except UnicodeDecodeError:
            return False
        return _NOT_TEXT.search(text) is None


def is_shown(media_type: str) -> bool:
    """Whether a browser may show it in place: an image or a text of the list, and nothing else."""
    return media_type in IMAGES or media_type in TEXTS


def served_as(media_type: str) -> str:
    """The type that it is sent with: every text is plain, and what is not shown says nothing."""
    if media_type in TEXTS:
        return "text/plain; charset=utf-8"
    return media_type if media_type in IMAGES else OPAQUE


def _by_magic(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    return next((kind for magic, kind in MAGIC if head.startswith(magic)), None)


def _markup(head: str) -> str:
    if _HTML.search(head):
        return "text/html"
    return "image/svg+xml" if "<svg" in head else "application/xml"


def _is_table(head: str) -> bool:
    """Whether its first lines have the same number of cells, and more than one."""
    lines = head.splitlines()[:8]
    some = lines[:-1] if len(lines) > 2 else lines  # noqa: PLR2004 - the last may be cut off
    if len(some) < 2:  # noqa: PLR2004 - one line is no table
        return False
    return any(len({line.count(sign) for line in some}) == 1 and sign in some[0] for sign in _CELLS)
