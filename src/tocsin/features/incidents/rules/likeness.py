"""How alike two titles are, and how likely two incidents are the same, with reasons. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from typing import Final

from tocsin.foundation.phrase import Phrase, phrase

WORD: Final = re.compile(r"[\w-]+")
SHORTEST: Final = 3
TELLS_NOTHING: Final = frozenset(
    (
        "and",
        "are",
        "but",
        "for",
        "from",
        "has",
        "have",
        "not",
        "our",
        "that",
        "the",
        "their",
        "this",
        "was",
        "with",
        "you",
    )
)


POSSIBLE: Final = 0.34
LIKELY: Final = 0.6
FOR_SERVICE: Final = 0.2
FOR_ALERTS: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What two incidents have in common. `alerts` fire of the same service and belong to it."""

    words: tuple[str, ...]
    of_titles: float
    service: str | None
    alerts: int
    age: timedelta

    @property
    def score(self) -> float:
        """From 0 on: how likely they are the same."""
        by_service = FOR_SERVICE if self.service else 0.0
        return self.of_titles + by_service + (FOR_ALERTS if self.alerts else 0.0)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why they may be the same, in words."""
        found: list[str] = []
        if self.service:
            found.append(phrase("Same service, %(service)s", service=self.service))
        if self.alerts:
            found.append(_firing(self.alerts, self.service or phrase("the service")))
        if self.words:
            listed, is_one = _listed(self.words), len(self.words) == 1
            stands = phrase("%(words)s stands in its title", words=listed)
            found.append(stands if is_one else phrase("%(words)s stand in its title", words=listed))
        return (*found, phrase("Opened %(age)s ago", age=_lasted(self.age)))


def _firing(alerts: int, service: str) -> Phrase:
    if alerts == 1:
        return phrase("1 firing alert of %(service)s belongs to it", service=service)
    return phrase("%(n)s firing alerts of %(service)s belong to it", n=alerts, service=service)


def _listed(words: tuple[str, ...]) -> Phrase:
    *rest, last = [phrase("“%(word)s”", word=word) for word in words]
    if not rest:
        return last
    several = reduce(lambda said, word: phrase("%(said)s, %(word)s", said=said, word=word), rest)
    return phrase("%(words)s and %(last)s", words=several, last=last)


def _lasted(age: timedelta) -> Phrase:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:  # noqa: PLR2004 - an hour
        return phrase("%(n)s min", n=minutes)
    if minutes < 48 * 60:
        return phrase("%(n)s h", n=minutes // 60)
    return phrase("%(n)s days", n=minutes // 1440)


def shared_words(said: str, title: str) -> tuple[str, ...]:
    """The words that say something and stand in both, in the order in which they were said."""
    there = _words(title)
    return tuple(word for word in dict.fromkeys(_words(said)) if word in there)


def likeness(said: str, title: str) -> float:
    """From 0 to 1: which share of the shorter one's words stands in the other."""
    mine, theirs = set(_words(said)), set(_words(title))
    both = mine & theirs
    if not both:
        return 0.0
    return len(both) / max(2, min(len(mine), len(theirs)))


def _words(text: str) -> list[str]:
    found = (word.lower() for word in WORD.findall(text))
    return [word for word in found if len(word) >= SHORTEST and word not in TELLS_NOTHING]
