"""A sentence of the timeline as the API tells it: typed parts to render, and the whole as plain text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal, assert_never

from tocsin.foundation.clock import written
from tocsin.ledger.sentence import At, Link, Part, Person, Plain, Said, Sentence, Value
from tocsin.ledger.words import Erased, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """Somebody, by id and by the name that the viewer may see (the id, where there is none)."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """A piece of a sentence. Only the fields of its type are set."""

    type: Literal["plain", "said", "erased", "person", "instant", "link"]
    text: str
    person: str | None = None
    instant: datetime | None = None
    kind: str | None = None
    id: str | None = None


def person(id_: str, names: Mapping[str, str]) -> PersonShown:
    """Somebody as shown."""
    return PersonShown(id=id_, name=names.get(id_, id_))


def told(sentence: Sentence, names: Mapping[str, str]) -> tuple[PartShown, ...]:
    """The sentence in parts. What we say in one run is one of them, values and all."""
    return tuple(_parts(sentence, names))


def plain(parts: Iterable[PartShown]) -> str:
    """The sentence as a line of text."""
    return "".join(part.text for part in parts)


def spoken_of(sentence: Sentence) -> set[str]:
    """The ids of the people in a sentence."""
    return {part.id for part in sentence if isinstance(part, Person)}


def _parts(sentence: Sentence, names: Mapping[str, str]) -> Iterator[PartShown]:
    for is_ours, run in groupby(sentence.inside, lambda one: isinstance(one, Plain | Value)):
        if is_ours:
            text = "".join(one.text for one in run if isinstance(one, Plain | Value))
            yield PartShown(type="plain", text=text)
            continue
        for one in run:
            if isinstance(one, Sentence):
                yield from _parts(one, names)
            else:
                yield _part(one, names)


def _part(part: Part, names: Mapping[str, str]) -> PartShown:
    match part:
        case Plain(text=text) | Value(text=text):
            return PartShown(type="plain", text=str(text))
        case Said(words=words):
            is_erased = isinstance(words, Erased)
            return PartShown(type="erased" if is_erased else "said", text=shown(words))
        case Person(id=id_):
            return PartShown(type="person", text=names.get(id_, id_), person=id_)
        case At(instant=instant):
            return PartShown(type="instant", text=written(instant), instant=instant)
        case Link(kind=kind, id=id_):
            return PartShown(type="link", text=id_, kind=kind, id=id_)
        case _:
            assert_never(part)
