"""The words of a written matcher: braces, commas, operators, names and quoted values. Pure."""

import re
from typing import Final

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

NAME_BREAKS: Final = "{}!=~,\\\"'`"

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<mark>=~|!~|!=|[={},])|(?P<quoted>"(?:[^"\\\n]|\\.)*")|(?P<bare>[^\s{}!=~,\\"'`]+))"""
)
_ESCAPED: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))"
)
_LETTERS: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"',
}  # fmt: skip
MAX_CHARACTER: Final = 0x10FFFF
MAX_BYTE: Final = 0xFF


def tokens(text: str) -> list[tuple[str, str | None]]:
    """The words in order: a mark with None, or anything with the name or value that it stands for.

    Refuses `bad_matcher`.
    """
    found: list[tuple[str, str | None]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        token = _TOKEN.match(text, place)
        if token is None:
            raise Refused(
                "bad_matcher",
                phrase(
                    "bad matcher format: %(text)s: at %(place)s", text=text[:200], place=place + 1
                ),
            )
        mark, within, bare = token.group("mark", "quoted", "bare")
        found.append((mark, None) if mark else ("", bare or _unquoted(within)))
        place = token.end()
    return found


def quoted(value: str) -> str:
    """A value in quotes, as Prometheus writes it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _unquoted(within: str) -> str:
    """What a quoted value stands for; escapes are those of Go."""
    whole, place = bytearray(), 0
    inner = within[1:-1]
    for escape in _ESCAPED.finditer(inner):
        whole += inner[place : escape.start()].encode() + _meant(escape, within)
        place = escape.end()
    whole += inner[place:].encode()
    try:
        return whole.decode()
    except UnicodeDecodeError:
        raise _invalid(within) from None


def _meant(escape: re.Match[str], within: str) -> bytes:
    byte, short, long, octal, letter = escape.groups()
    if byte:
        return bytes([int(byte, 16)])
    if octal and int(octal, 8) <= MAX_BYTE:
        return bytes([int(octal, 8)])
    if short or long:
        number = int(short or long, 16)
        if number <= MAX_CHARACTER and not 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004 - surrogates
            return chr(number).encode()
    if letter in _LETTERS:
        return _LETTERS[letter].encode()
    raise _invalid(within)


def _invalid(within: str) -> Refused:
    return Refused(
        "bad_matcher", phrase("bad matcher format: %(text)s: invalid input", text=within[:200])
    )
