"""The terms of mirroring: where a silence of ours at a peer stands, and what a peer says of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.features.silences.terms import Matcher

AUTHOR: Final = "Tocsin"

LASTS: Final = timedelta(hours=4)
"""So long a silence of ours lasts, unless it is renewed: if we fall silent, alerts are heard again."""

RENEWED_BEFORE: Final = timedelta(hours=1)
"""So long before its end it is renewed, while its incident is in hand."""

CLOSE_ENOUGH: Final = timedelta(seconds=2)
"""Two instants that differ by less are the same: peers round."""


class MirrorState(StrEnum):
    """Where a silence of ours at a peer stands."""

    ASKED = "asked"
    HELD = "held"
    LIFTING = "lifting"
    DRIFTED = "drifted"
    FAILED = "failed"
    ENDED = "ended"


class Drift(StrEnum):
    """How a peer disagrees with us about a silence of ours."""

    ENDED_THERE = "ended there"
    CHANGED_THERE = "changed there"
    STILL_THERE = "still there"


class Why(StrEnum):
    """Why a silence of ours is no more."""

    LIFTED = "lifted"
    LAPSED = "lapsed"
    LAID_ASIDE = "laid aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A silence as a peer tells of it."""

    silence: str
    is_over: bool
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
