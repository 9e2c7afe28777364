"""When a message is due: at once, after quiet hours, or with the next digest. Pure.

Times of day are a person's own, in their zone: they move with its clocks, and come once a day.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo

from tocsin.features.messages.terms import Choices, Concern, Way
from tocsin.foundation.refusal import Refused


def must_be_sensible(choices: Choices) -> None:
    """Refuse `bad_quiet_hours` where they have no end, no beginning, or no length."""
    begins, ends = choices.quiet_from, choices.quiet_until
    if (begins is None) != (ends is None):
        raise Refused("bad_quiet_hours", "Say when the quiet hours begin, and when they end.")
    if begins is not None and begins == ends:
        raise Refused("bad_quiet_hours", "Quiet hours end at another time than they begin.")


def due_at(
    concern: Concern, way: Way, choices: Choices, *, zone: tzinfo, now: datetime
) -> datetime:
    """When somebody is told of what happened now, and does not want never to be."""
    if way is Way.AT_ONCE:
        wakes = concern is Concern.ASKED and choices.asked_may_wake
        return now if wakes else after_quiet(choices, zone, now)
    return after_quiet(choices, zone, next_at(choices.digest_at, zone, now))


def after_quiet(choices: Choices, zone: tzinfo, instant: datetime) -> datetime:
    """The instant itself, or the end of the quiet hours that it lies in."""
    begins, ends = choices.quiet_from, choices.quiet_until
    if begins is None or ends is None:
        return instant
    local = instant.astimezone(zone).time()
    is_quiet = begins <= local < ends if begins < ends else (local >= begins or local < ends)
    return next_at(ends, zone, instant) if is_quiet else instant


def next_at(of_day: time, zone: tzinfo, after: datetime) -> datetime:
    """The next instant at which clocks in a zone show a time of day.

    Where they are put forward over it, it is as long after the change as it would have been; where
    they show it twice, the first counts.
    """
    today = after.astimezone(zone).date()
    days = (today + timedelta(days=day) for day in range(-1, 3))
    instants = (datetime.combine(day, of_day, zone).astimezone(UTC) for day in days)
    return next(instant for instant in instants if instant > after)
