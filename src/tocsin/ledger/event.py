"""What an event is, the names under which events are kept, and how one becomes facts and words.

Kinds and shapes are for ever: a changed event gets the next shape and a pure function that lifts the
facts of the shape before. Nothing here stores or seals.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast, dataclass_transform

import msgspec

from tocsin.foundation.clock import written
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text, Words

T = TypeVar("T")
Facts = dict[str, Any]
Lift = Callable[[Facts], Facts]

NONE_LIFTED: Final[Mapping[int, Lift]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: its name, its present shape, its class and how older shapes are lifted."""

    name: str
    shape: int
    made: type[Any]
    lifts: Mapping[int, Lift]


_by_name: dict[str, Kind] = {}
_by_class: dict[type, Kind] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(
    name: str, *, shape: int = 1, lifts: Mapping[int, Lift] = NONE_LIFTED
) -> Callable[[type[T]], type[T]]:
    """Make a class an event: immutable, built by keyword, kept for ever under `name` and `shape`."""

    def declare(cls: type[T]) -> type[T]:
        if name in _by_name:
            raise ValueError(f"two events cannot both be called {name!r}")
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        kind = Kind(name, shape, made, lifts)
        _by_name[name] = kind
        _by_class[made] = kind
        return made

    return declare


def kind_of(event: object) -> Kind:
    """The kind of an event."""
    return _by_class[type(event)]


def kinds() -> list[Kind]:
    """Every kind of event that this program knows, by name."""
    return [_by_name[name] for name in sorted(_by_name)]


def take_apart(event: object) -> tuple[Facts, dict[str, Text]]:
    """Split an event into the facts for the ledger line and the words to be sealed, by part."""
    facts: Facts = {}
    words: dict[str, Text] = {}
    for field in dataclasses.fields(event):  # type: ignore[arg-type]  # events are dataclasses
        value = getattr(event, field.name)
        if isinstance(value, Text):
            words[field.name] = value
        elif texts := _texts(value):
            words |= {f"{field.name}.{nth}": text for nth, text in enumerate(texts)}
        else:
            facts[field.name] = msgspec.to_builtins(
                value, enc_hook=_spell, builtin_types=(datetime,)
            )
    return _with_instants(facts), words


def put_together(name: str, shape: int, facts: Facts, words: Mapping[str, Words]) -> Any:  # noqa: ANN401 - its class is known only from `name`
    """The event that a ledger line and its opened words tell of.

    Refuses `newer_record` where the line was written by a later version of the program.
    """
    kind = _by_name.get(name)
    if kind is None or shape > kind.shape:
        raise Refused(
            "newer_record", f"A record of kind {name}, shape {shape}, needs a later Tocsin."
        )
    for older in range(shape, kind.shape):
        facts = kind.lifts[older](facts)
    values = facts | _gathered(words)
    return msgspec.convert(values, kind.made)


def _texts(value: object) -> Sequence[Text]:
    if not isinstance(value, tuple):
        return ()
    several = cast("tuple[object, ...]", value)
    return [one for one in several if isinstance(one, Text)]


def _gathered(words: Mapping[str, Words]) -> dict[str, object]:
    gathered: dict[str, Any] = {}
    for part in sorted(words, key=_order_of_part):
        field, _, nth = part.partition(".")
        built = msgspec.to_builtins(words[part])
        if nth:
            gathered.setdefault(field, []).append(built)
        else:
            gathered[field] = built
    return gathered


def _order_of_part(part: str) -> tuple[str, int]:
    field, _, nth = part.partition(".")
    return field, int(nth or 0)


def _with_instants(value: Any) -> Any:  # noqa: ANN401 - any value that JSON can hold
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return {key: _with_instants(inner) for key, inner in pairs}
    if isinstance(value, list | tuple):
        return [_with_instants(inner) for inner in cast("list[Any]", value)]
    return value


def _spell(value: object) -> object:
    if isinstance(value, frozenset | set):
        return sorted(cast("frozenset[str]", value))
    raise NotImplementedError(type(value))
