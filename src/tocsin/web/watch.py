"""What the foot of every page says about the ledger: whether it was compared, and with what outside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tocsin.foundation.phrase import phrase

OLD: Final = timedelta(hours=36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is known when a page is made. Nothing here tells how large the ledger is.

    `witnesses` are the checkpoints kept outside, `matched` those that the last comparison found in
    the ledger; `at` is when that was, None before the first.
    """

    witnesses: int = 0
    matched: int = 0
    at: datetime | None = None
    lines_ok: bool = True
    rows_ok: bool = True

    def alarm(self, now: datetime) -> str:
        """What has to be looked at, as one sentence; empty where all is well."""
        if not self.lines_ok:
            return phrase("The ledger was changed: run tocsin ledger verify")
        if not self.rows_ok:
            return phrase("Rows and ledger disagree: run tocsin rebuild --check")
        if not self.witnesses:
            return phrase("No outside witness: integrity rests on this machine")
        if self.at is None or now - self.at > OLD:
            return phrase("Rows and ledger were not compared lately")
        return ""

    @property
    def matches(self) -> str:
        """What the ledger matches, in words."""
        if not self.matched:
            return phrase("Outside checkpoint not yet compared")
        if self.matched == 1:
            return phrase("Ledger matches 1 outside checkpoint")
        return phrase("Ledger matches %(n)s outside checkpoints", n=self.matched)
