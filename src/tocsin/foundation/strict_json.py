"""Reads JSON that others sent, and refuses what two readers could understand differently.

Stricter than RFC 8259 demands: one value, UTF-8, no key twice, no NaN, no lone surrogate, no NUL,
at most 64 levels and one megabyte. Every refusal is the sender's to mend: never a fault of ours.
"""

import json
import math
import re
from typing import Any, Final

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

LARGEST_BYTES: Final = 1_000_000
DEEPEST: Final = 64

_STRING: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""One that never ends is taken to the end of the body: looking for its end again and again, from each
quote in it, would take time that grows with the square of the body.
"""
_BRACKET: Final = re.compile(r"[\[\]{}]")
_ESCAPED: Final = r"(?<!\\)(?:\\\\)*\\u"
_NUL: Final = re.compile(_ESCAPED + "0000")
_SURROGATE: Final = re.compile(_ESCAPED + "[dD][89a-fA-F]")


def refuse_if_bad(body: bytes) -> None:
    """Refuse a body that `strict_json` would refuse, for those who decode it by other means."""
    strict_json(body)


def strict_json(body: bytes) -> object:
    """The value that a body holds. Refuses `body_too_large`, `bad_json` and the like."""
    if len(body) > LARGEST_BYTES:
        raise too_large()
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("bad_json_text", "The body is not valid UTF-8.") from None
    _must_not_be_deep(text)
    value = _decoded(text)
    if _NUL.search(text):
        raise Refused("bad_json_text", "The body holds a NUL character.")
    if _SURROGATE.search(text):
        _must_be_text(value)
    return value


def too_large() -> Refused:
    """The refusal of a body over the limit."""
    return Refused(
        "body_too_large", phrase("A body may hold at most %(most)s bytes.", most=LARGEST_BYTES)
    )


def _must_not_be_deep(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise Refused(
                "bad_json_depth",
                phrase("The body is nested deeper than %(most)s levels.", most=DEEPEST),
            )


def _decoded(text: str) -> object:
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_number
        )
    except (ValueError, RecursionError):
        raise Refused("bad_json", "The body is not JSON that can be read.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refused("bad_json_key", "An object in the body has the same key twice.")
    return made


def _constant(_: str) -> float:
    raise Refused("bad_json_number", "NaN and Infinity are not numbers in JSON.")


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Refused("bad_json_number", "A number in the body is too large.")
    return number


def _must_be_text(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("bad_json_text", "The body holds half of a surrogate pair.") from None
