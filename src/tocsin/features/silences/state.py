"""What a silence is, at one moment."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.features.silences.terms import Matcher, SilenceState
from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A silence as its history left it."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: Words
    comment: Words
    made_by: str
    updated_at: datetime

    def at(self, now: datetime) -> SilenceState:
        """Where it stands at an instant. It holds from its start on, and no longer at its end."""
        if now >= self.ends_at:
            return SilenceState.EXPIRED
        return SilenceState.PENDING if now < self.starts_at else SilenceState.ACTIVE
