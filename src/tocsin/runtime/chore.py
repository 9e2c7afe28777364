"""Work of several steps that is done by the clock, in the house's own words: no library stands in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Any, Final

from tocsin.ledger.ledger import Ledger

Facts = dict[str, Any]
"""What a step found: plain JSON, ids and numbers, never words of people."""

MOST_REST_SECONDS: Final = 0.1


class Interrupted(BaseException):
    """The process stops: the step is done again elsewhere. Not an error, so nothing may catch it."""


class Pace:
    """Keeps a long step to half of one processor, and ends it where the process stops."""

    def __init__(self, stopped: Event) -> None:
        self._stopped = stopped
        self._since = monotonic()

    def __call__(self, *_: object) -> None:
        """Rest as long as was worked since the last rest."""
        worked = monotonic() - self._since
        if self._stopped.wait(min(worked, MOST_REST_SECONDS)):
            raise Interrupted
        self._since = monotonic()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a chore, as its steps see it. `earlier` is what the steps before have found."""

    id: str
    ledger: Ledger
    pace: Pace
    earlier: Mapping[str, Facts]


Step = Callable[[Run], Facts]
"""One step. Where its process dies before it is recorded, another does it again from its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Steps in order, when they are due (`cron`, UTC), and whether a run was missed."""

    name: str
    cron: str
    steps: Sequence[tuple[str, Step]]
    is_overdue: Callable[[Ledger], bool]
