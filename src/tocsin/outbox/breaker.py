"""Leaves a receiver alone that fails again and again, and looks now and then whether it is back.

Kept in memory: a process that starts anew finds out for itself. The clock is given.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

FAILURES: Final = 5
PROBE_EVERY: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """What is known of one receiver: failures in a row, and until when it is left alone."""

    failures: int = 0
    closed_again_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether so much failed in a row that only single probes are sent."""
        return self.failures >= FAILURES

    def slots(self, now: datetime, in_flight: int, usual: int) -> int:
        """How many more calls may be under way: none, one as a probe, or up to the usual number."""
        if self.closed_again_at is not None and now < self.closed_again_at:
            return 0
        return max(0, (1 if self.is_open else usual) - in_flight)

    def succeeded(self) -> "Breaker":
        """After a call that was answered."""
        return Breaker()

    def failed(self, now: datetime, retry_after_seconds: float | None) -> "Breaker":
        """After a call that failed in a way that may pass. A receiver's wish to wait is heard."""
        failures = self.failures + 1
        pause = timedelta(seconds=min(retry_after_seconds or 0.0, 3600.0))
        if failures >= FAILURES:
            pause = max(pause, PROBE_EVERY)
        return replace(self, failures=failures, closed_again_at=now + pause if pause else None)
