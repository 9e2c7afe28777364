"""Matchers as Alertmanager understands them: matching, reading (its UTF-8 syntax), writing. Pure.

Expressions are RE2, so no expression of a user's takes longer than linear time; they are anchored at
both ends; a label that is absent counts as empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import re2

from tocsin.features.silences.rules.quoted import NAME_BREAKS, quoted, tokens
from tocsin.features.silences.terms import Matcher, Op
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

MAX_EXPRESSION: Final = 4096
MEMORY_BYTES: Final = 1024 * 1024
"""For one expression, as compiled …"""

REMEMBERED: Final = 256
"""… of which so many are remembered: whoever may ask fills one times the other, and no more."""

RE2: Final[Any] = re2
"""The library tells no types."""

EXPRESSIONS: Final = (Op.MATCHES, Op.MATCHES_NOT)


def matches(matcher: Matcher, labels: Mapping[str, str]) -> bool:
    """Whether one condition holds."""
    value = labels.get(matcher.name, "")
    match matcher.op:
        case Op.EQUAL:
            return value == matcher.value
        case Op.NOT_EQUAL:
            return value != matcher.value
        case Op.MATCHES:
            return fits(matcher.value, value)
        case Op.MATCHES_NOT:
            return not fits(matcher.value, value)


def all_match(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every condition holds."""
    return all(matches(matcher, labels) for matcher in matchers)


def fits(expression: str, value: str) -> bool:
    """Whether an expression matches a whole value. Refuses `bad_expression`."""
    return _compiled(expression).fullmatch(value) is not None


def must_be_usable(matcher: Matcher) -> None:
    """Refuse `bad_matcher` or `bad_expression` for a condition that cannot be tried."""
    if not matcher.name:
        raise Refused("bad_matcher", "A matcher needs the name of a label.")
    if matcher.op in EXPRESSIONS:
        _compiled(matcher.value)


def parse_many(text: str) -> tuple[Matcher, ...]:
    """Matchers as they are written: `{a="b",c=~"d.*"}`, with or without the braces."""
    left = tokens(text)
    braced = bool(left) and left[0] == ("{", None)
    if braced:
        left = left[1:]
        if not left or left[-1] != ("}", None):
            raise _bad(text, "a closing brace is missing")
        left = left[:-1]
    found: list[Matcher] = []
    while left:
        matcher, left = _one(text, left)
        found.append(matcher)
        if left:
            if left[0] != (",", None):
                raise _bad(text, "a comma is missing")
            left = left[1:]
    return tuple(found)


def written(matcher: Matcher) -> str:
    """A matcher as it is written."""
    name = matcher.name
    if not name or any(letter in NAME_BREAKS or letter.isspace() for letter in name):
        name = quoted(name)
    return f"{name}{matcher.op.value}{quoted(matcher.value)}"


def _one(text: str, left: Sequence[tuple[str, str | None]]) -> tuple[Matcher, list[Any]]:
    try:
        (_, name), (op, no_value), (_, value), *rest = left
    except ValueError:
        raise _bad(text, "a matcher is a name, an operator and a value") from None
    if name is None or value is None or no_value is not None or op not in set(Op):
        raise _bad(text, "a matcher is a name, an operator and a value")
    matcher = Matcher(name=name, op=Op(op), value=value)
    must_be_usable(matcher)
    return matcher, rest


def _bad(text: str, why: str) -> Refused:
    return Refused(
        "bad_matcher", phrase("bad matcher format: %(text)s: %(why)s", text=text[:200], why=why)
    )


@lru_cache(maxsize=REMEMBERED)
def _compiled(expression: str) -> Any:  # noqa: ANN401 - the library tells no types
    if len(expression) > MAX_EXPRESSION:
        raise Refused(
            "bad_expression",
            phrase("An expression has at most %(most)s characters.", most=MAX_EXPRESSION),
        )
    options = RE2.Options()
    options.log_errors = False
    options.max_mem = MEMORY_BYTES
    try:
        return RE2.compile(expression, options)
    except RE2.error as error:
        said = str(error.args[0]) if error.args else "it cannot be read"
        raise Refused(
            "bad_expression",
            phrase(
                "bad expression %(expression)s: %(said)s", expression=expression[:200], said=said
            ),
        ) from None
