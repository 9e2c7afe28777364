"""The terms of searching: a line that was understood, and an excerpt of what was found."""

from dataclasses import dataclass

from tocsin.foundation.seeking import Sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter of a line: any of its values will do; none of them where it is unwanted."""

    name: str
    values: tuple[object, ...]
    is_unwanted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a line asks for: words and filters."""

    sought: Sought
    filters: tuple[Filter, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.sought.wanted or self.sought.unwanted or self.filters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    is_match: bool = False
