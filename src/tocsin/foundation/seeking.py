"""What somebody looks for: a line taken apart into the words that shall be there and that shall not.

Nothing in a line is an operator of a database: it becomes words before any database sees it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.foundation.tokens import Term, asked

MOST_WORDS: Final = 32
PART: Final = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[a-z_]+):)?(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<bare>\S+))'
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a line: a word, a phrase in quotes, or a value with a name before a colon.

    `is_unfinished` where somebody may still be writing it: the last word, without a space after it.
    """

    value: str
    name: str = ""
    is_unwanted: bool = False
    is_unfinished: bool = False

    @property
    def text(self) -> str:
        """The part as words."""
        return f"{self.name} {self.value}"


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that shall all be there, and those of which none shall be there."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()


def parts(line: str) -> list[Part]:
    """A line taken apart at its spaces; what is quoted stays together."""
    found = [_part(match) for match in PART.finditer(line)]
    if found and not line[-1:].isspace() and not line.endswith('"'):
        found[-1] = replace(found[-1], is_unfinished=True)
    return found


def _part(match: re.Match[str]) -> Part:
    quoted = match["quoted"]
    value = match["bare"] if quoted is None else quoted
    return Part(value, match["name"] or "", is_unwanted=bool(match["minus"]))


def sought(line: str) -> Sought:
    """The words in a line. Refuses `bad_search` for more than one can look for at once."""
    return sought_in(parts(line))


def sought_in(several: Iterable[Part]) -> Sought:
    """The words in the parts of a line. Refuses as `sought`."""
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    for part in several:
        terms = asked(part.text)
        if part.is_unfinished and terms and not part.is_unwanted:
            terms[-1] = replace(terms[-1], is_prefix=True)
        (unwanted if part.is_unwanted else wanted).update(dict.fromkeys(terms))
    if len(wanted) + len(unwanted) > MOST_WORDS:
        raise Refused(
            "bad_search",
            phrase("One can look for at most %(most)s words at once.", most=MOST_WORDS),
        )
    return Sought(tuple(wanted), tuple(unwanted))
