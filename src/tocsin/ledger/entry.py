"""One line of the ledger: how it is written, and what it is when read."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who did something: an id and what kind of actor that is, never a name."""

    id: str
    kind: str
    session: str | None = None
    on_behalf_of: str | None = None
    through: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Under what circumstances an event was recorded: all that `evolve` may know beside the event."""

    seq: int
    at: datetime
    by: By


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts of one entry, exactly as hashed."""

    seq: int
    at: str
    kind: str
    shape: int
    on: str
    version: int
    by: dict[str, str]
    facts: dict[str, Any]
    words: dict[str, str] = {}

    def text(self) -> str:
        """The line as it is stored."""
        return msgspec.json.encode(self).decode()


def read_line(text: str) -> Line:
    """A stored line, read back."""
    return msgspec.json.decode(text, type=Line)


def spelled(by: By) -> dict[str, str]:
    """An actor for the ledger line, without what is not known."""
    return {key: value for key, value in msgspec.to_builtins(by).items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the ledger, opened: what happened, to what, when and by whom."""

    seq: int
    aggregate: str
    version: int
    kind: str
    at: datetime
    by: By
    event: Any = field(repr=False)

    @property
    def name(self) -> str:
        """What kind of aggregate it happened to."""
        return self.aggregate.partition(":")[0]

    @property
    def id(self) -> str:
        """Which one it happened to."""
        return self.aggregate.partition(":")[2]

    @property
    def recorded(self) -> Recorded:
        """The circumstances."""
        return Recorded(seq=self.seq, at=self.at, by=self.by)


def actor_of(line: Line) -> By:
    """The actor named in a line."""
    return msgspec.convert(line.by, By)


def instant_of(line: Line) -> datetime:
    """When a line was recorded."""
    return datetime.fromisoformat(line.at)
