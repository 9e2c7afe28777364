"""Random events of every registered kind, made from their types alone: new kinds are in at once."""

import dataclasses
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import count
from random import Random
from typing import Any, get_args, get_origin, get_type_hints

from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.event import kind_of
from tocsin.ledger.words import Erased, Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORDS = ("cards refused", "Grüße aus Zürich", "決済 timeout", "a" * 300, "'; --", "{}")


class Maker:
    """Makes values of any type that an event may hold."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._numbers = count()

    def event(self, cls: type[Any]) -> Any:
        hints = get_type_hints(cls)
        fields = dataclasses.fields(cls)
        return cls(**{field.name: self._field(field.name, hints[field.name]) for field in fields})

    def _field(self, name: str, hint: Any) -> Any:
        if hint is str and name in {"reference", "email", "name", "key_digest", "digest"}:
            return f"{name}-{next(self._numbers)}"
        value = self.value(hint)
        if isinstance(value, Text) and name == "email":
            return Text(f"{next(self._numbers)}@example.com")
        return value

    def value(self, hint: Any) -> Any:
        origin, inside = get_origin(hint), get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return self.value(self._one([one for one in inside if one is not Erased]))
        if origin is tuple:
            return self._tuple(inside)
        if origin in (frozenset, list):
            return origin(self.value(inside[0]) for _ in range(self.random.randrange(3)))
        if origin is dict:
            return {self.value(inside[0]): self.value(inside[1]) for _ in range(2)}
        if origin is typing.Literal:
            return self._one(list(inside))
        return self._plain(hint)

    def _tuple(self, inside: Sequence[Any]) -> Any:
        if len(inside) == 2 and inside[1] is Ellipsis:
            return tuple(self.value(inside[0]) for _ in range(self.random.randrange(4)))
        return tuple(self.value(one) for one in inside)

    def _plain(self, hint: Any) -> Any:
        if hint is Any:
            return self._one(["x", 1, None, [1, 2], {"a": "b"}])
        if hint is type(None):
            return None
        if hint is Text:
            about = self._one([None, f"person-{self.random.randrange(9)}"])
            return Text(self._one(WORDS), about)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self._one(list(hint))
        if hint is datetime:
            return NOON + timedelta(microseconds=self.random.randrange(10**12))
        if hint is timedelta:
            return timedelta(seconds=self.random.randrange(10**6))
        if dataclasses.is_dataclass(hint):
            return self.event(typing.cast("type[Any]", hint))
        made: dict[type[Any], Callable[[], Any]] = {
            str: lambda: f"{self._one(WORDS)} {next(self._numbers)}",
            int: lambda: self.random.randrange(1, 5),
            float: lambda: self.random.random() * 1000,
            bool: lambda: self.random.random() < 0.5,
        }
        return made[hint]()

    def _one(self, several: Sequence[Any]) -> Any:
        return self.random.choice(several)


def kinds_of(aggregate: Aggregate[Any, Any]) -> list[type[Any]]:
    """The classes of an aggregate's events, read off its `evolve`."""
    return list(get_args(get_type_hints(aggregate.evolve)["event"]))


def lives(
    maker: Maker, aggregate: Aggregate[Any, Any], *, each: int
) -> Iterator[tuple[str, list[Any]]]:
    """Histories of one kind of aggregate in which every kind of its events occurs `each` times."""
    seen: Counter[type[Any]] = Counter()
    kinds = kinds_of(aggregate)
    founding = [kind for kind in kinds if _founds(maker, aggregate, kind)]
    for number in count():
        wanted = [kind for kind in kinds if seen[kind] < each]
        if not wanted:
            return
        later = [kind for kind in kinds if kind not in founding]
        chosen = [maker.random.choice(founding)]
        chosen += (
            [maker.random.choice(later) for _ in range(maker.random.randrange(6))] if later else []
        )
        chosen += [kind for kind in wanted if kind not in founding]
        seen.update(chosen)
        yield f"{aggregate.name}-{number}", [maker.event(kind) for kind in chosen]


def _founds(maker: Maker, aggregate: Aggregate[Any, Any], kind: type[Any]) -> bool:
    on = Recorded(seq=0, at=NOON, by=By(id="ada", kind="person"))
    try:
        aggregate.evolve(None, maker.event(kind), on)
    except (AssertionError, AttributeError):
        return False
    return True


def name_of(event: object) -> str:
    """The name a kind is kept under."""
    return kind_of(event).name
