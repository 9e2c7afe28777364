"""When a call that failed is tried again, and when no more. Pure: the clock and chance are given."""

from datetime import datetime, timedelta
from typing import Final

FIRST_SECONDS: Final = 1.0
CAP_SECONDS: Final = 600.0
BUDGET: Final = timedelta(hours=48)
RETRY_AFTER_CAP_SECONDS: Final = 3600.0

SUCCESS: Final = range(200, 300)
CLIENT_ERRORS: Final = range(400, 500)
REDIRECTS: Final = range(300, 400)
WORTH_TRYING_AGAIN: Final = frozenset({408, 425, 429})
"""Of the 4xx, those that say "later" and not "never"."""


def is_permanent(status: int) -> bool:
    """Whether an HTTP status says that the same request will never be taken.

    A redirect is permanent too: it is never followed, so somebody has to correct the address.
    """
    return status in REDIRECTS or (status in CLIENT_ERRORS and status not in WORTH_TRYING_AGAIN)


def wait_seconds(tries: int, chance: float, retry_after_seconds: float | None) -> float:
    """How long to wait after so many tries: full jitter, and not before the receiver asked us.

    `chance` is uniform in [0, 1).
    """
    ceiling = min(CAP_SECONDS, FIRST_SECONDS * (1 << min(tries - 1, 20)))
    asked = min(retry_after_seconds or 0.0, RETRY_AFTER_CAP_SECONDS)
    return max(ceiling * chance, asked)


def next_try(
    asked_at: datetime, now: datetime, tries: int, chance: float, retry_after_seconds: float | None
) -> datetime | None:
    """The instant of the next attempt; None where the budget of 48 hours is used up."""
    at = now + timedelta(seconds=wait_seconds(tries, chance, retry_after_seconds))
    return at if at <= asked_at + BUDGET else None
