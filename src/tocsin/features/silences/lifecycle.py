"""The life of a silence, as decisions: the rules are those of Alertmanager. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tocsin.features.silences.events import Changed, Expired, Made, SilenceEvent
from tocsin.features.silences.rules.matchers import all_match, must_be_usable
from tocsin.features.silences.state import Silence
from tocsin.features.silences.terms import Matcher, SilenceState
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text

Decision = list[SilenceEvent]

MAX_MATCHERS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A silence as somebody wants it."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str


def make(wish: Wish, now: datetime) -> Decision:
    """Make a silence. It cannot begin in the past: then it begins now."""
    _must_be_complete(wish)
    if wish.starts_at >= wish.ends_at:
        raise Refused("bad_silence", "start time must be before end time")
    if wish.ends_at <= now:
        raise Refused("bad_silence", "end time can't be in the past")
    made = Made(
        matchers=wish.matchers,
        starts_at=max(wish.starts_at, now),
        ends_at=wish.ends_at,
        created_by=Text(wish.created_by.strip()),
        comment=Text(wish.comment.strip()),
    )
    return [made]


def can_become(silence: Silence, wish: Wish, now: datetime) -> bool:
    """Whether a silence can be changed into this; otherwise it ends and another begins.

    Its matchers stay; what is active keeps its beginning (to the second); what is over stays over.
    """
    if set(silence.matchers) != set(wish.matchers):
        return False
    match silence.at(now):
        case SilenceState.EXPIRED:
            return False
        case SilenceState.ACTIVE:
            return int(wish.starts_at.timestamp()) == int(silence.starts_at.timestamp())
        case SilenceState.PENDING:
            return wish.starts_at >= now


def change(silence: Silence, wish: Wish, now: datetime) -> Decision:
    """Change what can be changed about it; the same again changes nothing."""
    make(wish, now)
    began = silence.starts_at if silence.at(now) is SilenceState.ACTIVE else wish.starts_at
    changed = Changed(
        starts_at=began,
        ends_at=wish.ends_at,
        created_by=Text(wish.created_by.strip()),
        comment=Text(wish.comment.strip()),
    )
    before = Changed(
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        created_by=silence.created_by,
        comment=silence.comment,
    )
    return [] if changed == before else [changed]


def expire(silence: Silence, now: datetime) -> Decision:
    """End it now; what is over stays over."""
    return [] if silence.at(now) is SilenceState.EXPIRED else [Expired()]


def _must_be_complete(wish: Wish) -> None:
    if not wish.matchers:
        raise Refused("bad_silence", "at least one matcher required")
    if len(wish.matchers) > MAX_MATCHERS:
        raise Refused(
            "bad_silence", phrase("at most %(most)s matchers are possible", most=MAX_MATCHERS)
        )
    for matcher in wish.matchers:
        must_be_usable(matcher)
    if all_match(wish.matchers, {}):
        raise Refused("bad_silence", "at least one matcher must not match the empty string")
    if not wish.created_by.strip():
        raise Refused("author_missing", "createdBy in body is required")
    if not wish.comment.strip():
        raise Refused("comment_missing", "comment in body is required")
