"""An excerpt of what was found: the stretch of a text around the words, which are marked. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from tocsin.features.search.terms import Piece
from tocsin.foundation.tokens import Term, Token, placed

LONGEST: Final = 180
BEFORE: Final = 60
LOOKED_THROUGH: Final = 20_000


def excerpt(texts: Iterable[str], wanted: Sequence[Term]) -> tuple[Piece, ...]:
    """The best stretch of the texts: of the first that has any of the words; nothing otherwise."""
    for text in texts:
        some = text[:LOOKED_THROUGH]
        if found := _found(placed(some), wanted):
            return _cut(some, found)
    return ()


def marked(text: str, wanted: Sequence[Term]) -> tuple[Piece, ...]:
    """A whole short text with the words marked in it."""
    return tuple(_pieces(text, _found(placed(text), wanted), 0, len(text)))


def _found(tokens: Sequence[Token], wanted: Sequence[Term]) -> list[tuple[int, int]]:
    """Where the words stand, in order, none over another."""
    spans = sorted(
        (tokens[at].start, tokens[at + len(term.tokens) - 1].end)
        for term in wanted
        for at in range(len(tokens) - len(term.tokens) + 1)
        if _is_at(tokens, at, term)
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_at(tokens: Sequence[Token], at: int, term: Term) -> bool:
    *first, last = term.tokens
    if any(tokens[at + nth].text != word for nth, word in enumerate(first)):
        return False
    there = tokens[at + len(first)].text
    return there.startswith(last) if term.is_prefix else there == last


def _cut(text: str, found: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    start = _start(text, found[0][0])
    end = min(len(text), start + LONGEST)
    before = [Piece(text="… ")] if start else []
    after = [Piece(text=" …")] if end < len(text) else []
    return (*before, *_pieces(text, found, start, end), *after)


def _start(text: str, match: int) -> int:
    """Some way before the match, at the beginning of a word where there is one."""
    if match <= BEFORE:
        return 0
    space = text.find(" ", match - BEFORE, match)
    return match - BEFORE if space < 0 else space + 1


def _pieces(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> Iterable[Piece]:
    at = start
    for first, last in found:
        if first >= end:
            break
        if first > at:
            yield Piece(text=text[at:first])
        yield Piece(text=text[first : min(last, end)], is_match=True)
        at = min(last, end)
    if at < end:
        yield Piece(text=text[at:end])
