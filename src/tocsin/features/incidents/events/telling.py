"""What people tell each other of it: the situation as it stands, and which moments were key."""

from datetime import datetime

from tocsin.access.policy import Audience
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.situation_stated")
class SituationStated:
    """Somebody said how it stands: each in place of what was said before, or nothing.

    `next_update_at` is when they mean to say so again.
    """

    happening: Words | None = None
    belief: Words | None = None
    next_steps: Words | None = None
    next_update_at: datetime | None = None


@event("incident.key_moment_marked")
class KeyMomentMarked:
    """A person marked an entry (by where it stands in the ledger) as a key moment.

    `audience` are those who alone may know of the entry.
    """

    entry: int
    audience: Audience | None = None


@event("incident.key_moment_unmarked")
class KeyMomentUnmarked:
    """A person took the mark of a key moment off an entry."""

    entry: int
    audience: Audience | None = None


TellingEvent = SituationStated | KeyMomentMarked | KeyMomentUnmarked
