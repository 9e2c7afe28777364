"""How events read to people: typed parts that a door masks, translates and renders."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True)
class Plain:
    """Words of ours."""

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


Part = Plain | Said | Person | At | Link
Sentence = tuple[Part, ...]


def say(*parts: Part | str | Words) -> Sentence:
    """A sentence: strings are words of ours, `Words` somebody's."""
    return tuple(_part(part) for part in parts)


def _part(part: Part | str | Words) -> Part:
    match part:
        case str():
            return Plain(part)
        case Plain() | Said() | Person() | At() | Link():
            return part
        case _:
            return Said(part)
