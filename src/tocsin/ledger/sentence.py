"""How events read to people: typed parts that a door masks, translates and renders.

A sentence is one message: what is constant in it makes a pattern, by which it is found in another
language, and everything else is put in. So each string given to `say` is written there as it stands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final, LiteralString

from tocsin.foundation.phrase import Phrase
from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True)
class Plain:
    """Words of ours, translated with the sentence that they stand in."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A name, a number or a code, shown as it is; a phrase of ours is translated by itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words of somebody's, shown as they were written or as erased."""

    words: Words


@dataclass(frozen=True, slots=True)
class Person:
    """An actor, by id: a door shows the name that the viewer may see."""

    id: str


@dataclass(frozen=True, slots=True)
class At:
    """An instant."""

    instant: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A record that a reader may open, by kind and id."""

    kind: str
    id: str


Part = Plain | Value | Said | Person | At | Link


@dataclass(frozen=True, slots=True)
class Sentence:
    """One message: its parts in the order of English, where one may be a sentence inside this one.

    Who goes through it meets the parts of both, in order, as if all were said in one breath.
    """

    inside: tuple["Part | Sentence", ...]

    def __iter__(self) -> Iterator[Part]:
        for one in self.inside:
            if isinstance(one, Sentence):
                yield from one
            else:
                yield one

    @property
    def pattern(self) -> str:
        """What is translated: `%(0)s put %(1)s in command.`, with what is put in by its number."""
        numbers = count()
        return "".join(
            one.text.replace("%", "%%") if isinstance(one, Plain) else f"%({next(numbers)})s"
            for one in self.inside
        )

    @property
    def put_in(self) -> "tuple[Part | Sentence, ...]":
        """What the pattern numbers."""
        return tuple(one for one in self.inside if not isinstance(one, Plain))


NOTHING: Final = Sentence(())
"""What is put in where there is nothing to add."""


def say(*parts: Part | Sentence | Phrase | LiteralString | Words | int) -> Sentence:
    """A sentence: strings are words of ours, phrases and numbers values, `Words` somebody's."""
    return Sentence(tuple(_part(part) for part in parts))


def listed(parts: Iterable[Part | Words]) -> Sentence:
    """Several, with commas between them."""
    several: list[Part] = []
    for part in parts:
        several += [_single(part), Plain(", ")]
    return Sentence(tuple(several[:-1]))


def _part(part: Part | Sentence | str | Words | int) -> Part | Sentence:
    match part:
        case Phrase():
            return Value(part)
        case str():
            return Plain(part)
        case int():
            return Value(str(part))
        case Sentence():
            return part
        case _:
            return _single(part)


def _single(part: Part | Words) -> Part:
    match part:
        case Plain() | Value() | Said() | Person() | At() | Link():
            return part
        case _:
            return Said(part)
