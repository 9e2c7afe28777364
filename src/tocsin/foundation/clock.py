"""The one clock of the application. Nothing else reads the time, and SQL never does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, by the machine's clock, aware and in UTC."""
    return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is told to move: for tests and for the demonstration."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Now, as last set."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock, also backwards, and read it."""
        self._now += by
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Set the clock."""
        self._now = instant


@lru_cache(maxsize=4096)
def written(instant: datetime) -> str:
    """An instant as it stands in the ledger: UTC, always with six decimals, ends in Z."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
