"""Words of ours that can be said in another language.

A phrase is its English self: logs, the API, exports and the command line use it as the string that it
is. Where somebody reads in another language, its pattern is looked up in the catalogue, and the values
are put in afterwards, so that each language has them where it wants them.
"""

from collections.abc import Callable, Mapping
from typing import Final


class Phrase(str):
    """A string in English that remembers the pattern and the values that it was made of."""

    __slots__ = ("pattern", "values")

    pattern: Final[str]
    values: Final[Mapping[str, object]]

    def __new__(cls, pattern: str, values: Mapping[str, object]) -> "Phrase":
        """Values are named in the pattern as `%(name)s`; one without values is taken as it stands."""
        return super().__new__(cls, pattern % values if values else pattern)

    def __init__(self, pattern: str, values: Mapping[str, object]) -> None:
        super().__init__()
        self.pattern = pattern
        self.values = values

    def __reduce__(self) -> "tuple[type[Phrase], tuple[str, Mapping[str, object]]]":
        """How it is copied."""
        return Phrase, (self.pattern, self.values)

    def said(self, translate: Callable[[str], str]) -> str:
        """The phrase in another language; a value that is itself a phrase is translated too."""
        pattern = translate(self.pattern) if self.pattern else ""
        if not self.values:
            return pattern
        return pattern % {name: _said(value, translate) for name, value in self.values.items()}


def phrase(pattern: str, **values: object) -> Phrase:
    """A phrase: `phrase("There is no incident %(reference)s.", reference="INC-1")`."""
    return Phrase(pattern, values)


def term(value: str) -> Phrase:
    """A word that the domain stores (`false_positive`), as people read it."""
    return Phrase(value.replace("_", " "), {})


def _said(value: object, translate: Callable[[str], str]) -> object:
    return value.said(translate) if isinstance(value, Phrase) else value
