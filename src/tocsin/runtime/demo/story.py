"""What a story of an incident is: who does what to it, and when. Nothing here touches a ledger."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.commands import Ending
from tocsin.features.incidents.terms import Mode
from tocsin.runtime.demo.troubles import Trouble

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deed is done: the unit of work of whoever does it, on which incident, among whom.

    `people` has the ids of the people by the keys that the stories call them.
    """

    work: UnitOfWork
    reference: str
    people: Mapping[str, str]


Act = Callable[[Place], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody does something to an incident."""

    at: datetime
    by: str
    act: Act


@dataclass(slots=True, kw_only=True)
class Story:
    """An incident from its declaration on. `named` are those who may see it, None for everybody.

    `over` is how it ended, where it is recorded only afterwards.
    """

    trouble: Trouble
    declared_at: datetime
    by: str
    severity: int
    impact_began: datetime
    mode: Mode = Mode.LIVE
    named: tuple[str, ...] | None = None
    template: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    over: Ending | None = None
    deeds: list[Deed] = field(default_factory=list[Deed])


class Pen:
    """Writes a story, deed after deed, and knows how late it is in it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.at = story.declared_at

    def after(self, minutes: float) -> "Pen":
        """Let time pass."""
        self.at += timedelta(minutes=minutes)
        return self

    def write(self, by: str, act: Act) -> None:
        """Somebody does something now."""
        self.story.deeds.append(Deed(self.at, by, act))


class Chance:
    """Seeded chance, so that every demonstration tells the same stories."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - stories, not secrets

    def minutes(self, median: float, spread: float = 0.6) -> float:
        """A length of time around a median, with a long tail; never under half a minute."""
        return max(0.5, median * self.random.lognormvariate(0, spread))

    def happens(self, share: float) -> bool:
        """Yes in that share of cases."""
        return self.random.random() < share

    def one_of(self, things: tuple[Thing, ...]) -> Thing:
        """Any of them."""
        return self.random.choice(things)
