"""What can have happened to a silence. That its end passed is no event: the clock tells."""

from datetime import datetime

from tocsin.features.silences.terms import Matcher
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("silence.made")
class Made:
    """Somebody silenced the alerts that all matchers match, from one instant to another.

    `created_by` and `comment` are the words of whoever asked; who was let in is the entry's actor.
    """

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: Words
    comment: Words


@event("silence.changed")
class Changed:
    """A silence got another beginning, end, author or comment. Its matchers never change."""

    starts_at: datetime
    ends_at: datetime
    created_by: Words
    comment: Words


@event("silence.expired")
class Expired:
    """Somebody ended a silence before its time."""


SilenceEvent = Made | Changed | Expired
