"""How times read on a page: relative in lists, absolute and with a zone in evidence. Pure."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from tocsin.foundation.phrase import Phrase, phrase
from tocsin.foundation.refusal import Refused

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400
AT_RISK: Final = timedelta(minutes=15)
HOURS_BEFORE_DAYS: Final = 48
YEARS: Final = range(1900, 2200)
"""What people can say of: far from the edges of the calendar, in every zone."""
MONTHS: Final = (
    phrase("Jan"),
    phrase("Feb"),
    phrase("Mar"),
    phrase("Apr"),
    phrase("May"),
    phrase("Jun"),
    phrase("Jul"),
    phrase("Aug"),
    phrase("Sep"),
    phrase("Oct"),
    phrase("Nov"),
    phrase("Dec"),
)


def lasted(duration: timedelta) -> Phrase:
    """A duration: `20 s`, `33 min`, `4 h 12 m`, `3 d`. What has not begun yet lasted 0 s."""
    seconds = max(0, int(duration.total_seconds()))
    if seconds < MINUTE:
        return phrase("%(n)s s", n=seconds)
    if seconds < HOUR:
        return phrase("%(n)s min", n=seconds // MINUTE)
    if seconds < HOURS_BEFORE_DAYS * HOUR:
        hours, rest = divmod(seconds, HOUR)
        return phrase("%(hours)s h %(minutes)s m", hours=hours, minutes=f"{rest // MINUTE:02}")
    return phrase("%(n)s d", n=seconds // DAY)


def left(until: datetime, now: datetime) -> Phrase:
    """How long it is until an instant: `in 12 min`; or since: `3 min over`."""
    if until > now:
        return phrase("in %(time)s", time=lasted(until - now))
    return phrase("%(time)s over", time=lasted(now - until))


def clock_state(until: datetime, now: datetime) -> str:
    """How a clock stands: `over`, at `risk` in its last quarter of an hour, or neither."""
    if until <= now:
        return "over"
    return "risk" if until - now <= AT_RISK else ""


def clock_time(instant: datetime, zone: tzinfo) -> str:
    """The time of day, to the minute."""
    return _local(instant, zone).strftime("%H:%M")


def exact_time(instant: datetime, zone: tzinfo) -> str:
    """The time of day, to the second."""
    return _local(instant, zone).strftime("%H:%M:%S")


def day(instant: datetime, zone: tzinfo) -> Phrase:
    """The date, such as 24 Nov 2026."""
    local = _local(instant, zone)
    month = MONTHS[local.month - 1]
    return phrase("%(day)s %(month)s %(year)s", day=local.day, month=month, year=f"{local:%Y}")


def full_time(instant: datetime, zone: tzinfo) -> str:
    """Date and time with the zone's name: complete evidence."""
    local = _local(instant, zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"


def machine_time(instant: datetime) -> str:
    """For `datetime` attributes, in UTC."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def form_time(instant: datetime, zone: tzinfo) -> str:
    """How an input of type datetime-local holds an instant, to the minute."""
    return _local(instant, zone).strftime("%Y-%m-%dT%H:%M")


def read_form_time(text: str, zone: tzinfo) -> datetime | None:
    """What an input of type datetime-local says, or None where it is empty. Refuses `bad_time`."""
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused("bad_time", "Give the time as 2026-11-24 03:12.") from None
    if local.year not in YEARS:
        raise Refused("bad_time", "Give a time between the years 1900 and 2200.")
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(UTC)


def _local(instant: datetime, zone: tzinfo) -> datetime:
    """An instant in a zone; in UTC where the calendar ends before the zone has got there."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant.astimezone(UTC)
