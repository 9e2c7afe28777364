"""How alike two titles are, and how likely two incidents are the same, with reasons. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

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
            found.append(f"Same service, {self.service}")
        if self.alerts:
            several = "1 firing alert" if self.alerts == 1 else f"{self.alerts} firing alerts"
            verb = "belongs" if self.alerts == 1 else "belong"
            found.append(f"{several} of {self.service or 'the service'} {verb} to it")
        if self.words:
            verb = "stands" if len(self.words) == 1 else "stand"
            found.append(f"{_listed(self.words)} {verb} in its title")
        return (*found, f"Opened {_lasted(self.age)} ago")


def _listed(words: tuple[str, ...]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _lasted(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


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
