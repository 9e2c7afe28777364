"""Text as the words it is found by: without case, accents and width.

Scripts that are written without spaces (Chinese, Japanese, Korean, Thai …) are taken in overlapping
pairs of signs. What is no letter, number or sign of a script only parts words. Pure.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

LONGEST: Final = 64
"""Of a longer word this many letters count."""

MOST_MARKS: Final = 30
"""So many marks on one sign count (UAX 15, stream-safe text): to put thousands in order takes minutes."""

PLAIN: Final = re.compile(r"[a-z0-9]+")
ACCENTS: Final = range(0x0300, 0x0370)
UNLIKE: Final = str.maketrans("øłđħıŧ", "oldhit")
DENSE: Final = tuple(
    range(first, last + 1)
    for first, last in (
        (0x0E00, 0x0EFF),  # Thai, Lao
        (0x1000, 0x109F),  # Burmese
        (0x1780, 0x17FF),  # Khmer
        (0x1100, 0x11FF),  # Hangul
        (0x2E80, 0x31FF),  # radicals, kana, bopomofo, iteration marks
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
        (0xAC00, 0xD7FF),
        (0xF900, 0xFAFF),
        (0x20000, 0x3FFFF),
    )
)


class Sort(Enum):
    """What a sign does to a word."""

    PARTS = "parts"
    SPELLS = "spells"
    DENSE = "dense"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text, and where it stands in it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """Words that are looked for side by side; the last may go on where `is_prefix`."""

    tokens: tuple[str, ...]
    is_prefix: bool = False

    @property
    def spelled(self) -> str:
        """As it stands in a text whose words have one space before and after each."""
        return f" {' '.join(self.tokens)}" + ("" if self.is_prefix else " ")


@dataclass(frozen=True, slots=True)
class Run:
    """Signs of one sort in a row, as they are looked for, with the place of each in the text."""

    sort: Sort
    signs: tuple[str, ...]
    places: tuple[int, ...]


def tokens(text: str) -> Iterator[str]:
    """The words that a text is found by, in order. Whoever needs only the first waits for no more."""
    if text.isascii():
        return (word[0][:LONGEST] for word in PLAIN.finditer(text.lower()))
    return (token.text for run in _runs(_composed(text)) for token in _kept(run))


def placed(text: str) -> list[Token]:
    """The words of a text with their places in it, as it was written."""
    return [token for run in _runs(text) for token in _kept(run)]


def asked(text: str) -> list[Term]:
    """What somebody asks for by a text: its words side by side, each stretch of signs by itself."""
    found: list[Term] = []
    words: list[str] = []
    for run in _runs(_composed(text)):
        if run.sort is Sort.SPELLS:
            words.append("".join(run.signs)[:LONGEST])
            continue
        found += [*_side_by_side(words), _pairs(run)]
        words = []
    return [*found, *_side_by_side(words)]


def _composed(text: str) -> str:
    """Signs of one look spelled alike, without the marks that are too many to count."""
    kept, marks = list[str](), 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return unicodedata.normalize("NFKC", "".join(kept))


def _side_by_side(words: list[str]) -> list[Term]:
    return [Term(tuple(words))] if words else []


def _pairs(run: Run) -> Term:
    if len(run.signs) == 1:
        return Term(run.signs, is_prefix=True)
    pairs = zip(run.signs, run.signs[1:], strict=False)
    return Term(tuple(one + two for one, two in pairs))


def _kept(run: Run) -> Iterator[Token]:
    """A word as it is; a dense stretch as pairs and its last sign, so that each sign begins one."""
    if run.sort is Sort.SPELLS:
        yield Token("".join(run.signs)[:LONGEST], run.places[0], run.places[-1] + 1)
        return
    for at, place in enumerate(run.places):
        pair = run.signs[at : at + 2]
        yield Token("".join(pair), place, run.places[at + len(pair) - 1] + 1)


def _runs(text: str) -> Iterator[Run]:
    sort, signs, places = Sort.PARTS, list[str](), list[int]()
    for place, written in enumerate(text):
        for sign in folded(written):
            kind = _sort(sign, sort)
            if kind is not sort:
                if signs:
                    yield Run(sort, tuple(signs), tuple(places))
                sort, signs, places = kind, [], []
            if kind is not Sort.PARTS:
                signs.append(sign)
                places.append(place)
    if signs:
        yield Run(sort, tuple(signs), tuple(places))


@lru_cache(maxsize=8192)
def folded(sign: str) -> str:
    """One sign without case, accents and width. Marks that make another letter (が) stay."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).casefold())
    parts = unicodedata.normalize("NFD", plain.translate(UNLIKE))
    return unicodedata.normalize("NFC", "".join(c for c in parts if ord(c) not in ACCENTS))


def _sort(sign: str, before: Sort) -> Sort:
    """A mark belongs to what it stands on."""
    category = unicodedata.category(sign)[0]
    if category == "M" and before is not Sort.PARTS:
        return before
    if category not in "LN":
        return Sort.PARTS
    return Sort.DENSE if any(ord(sign) in signs for signs in DENSE) else Sort.SPELLS
