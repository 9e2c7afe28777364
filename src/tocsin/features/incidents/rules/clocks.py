"""What runs out next in an open incident: the update that was promised, or a task that is due.

Pure. How near it is, is told from a given instant; the groups of a list are made of that.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from tocsin.features.incidents.state import Incident

LAST: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Where something without a time stands among what has one: behind it."""


class ClockOf(StrEnum):
    """What it is that runs out."""

    UPDATE = "update"
    TASK = "task"


class Clock(NamedTuple):
    """The instant by which something was promised, and what."""

    at: datetime
    of: ClockOf


class Nearness(StrEnum):
    """How near the next clock is: the groups of a list, in their order."""

    OVER = "over"
    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    LATER = "later"
    NOTHING = "nothing"


STEPS: Final = {
    Nearness.OVER: timedelta(0),
    Nearness.QUARTER: timedelta(minutes=15),
    Nearness.HOUR: timedelta(hours=1),
    Nearness.DAY: timedelta(days=1),
}
"""How far each group reaches from now; what is further away is later."""


def next_clock(incident: Incident) -> Clock | None:
    """What runs out next, or None where nobody promised anything, or it is over."""
    if not incident.is_open:
        return None
    clocks = [Clock(task.due, ClockOf.TASK) for task in incident.open_tasks if task.due]
    stated = incident.situation
    if stated is not None and stated.next_update_at is not None:
        clocks.append(Clock(stated.next_update_at, ClockOf.UPDATE))
    return min(clocks, default=None)


def bounds(now: datetime) -> dict[Nearness, datetime]:
    """Before which instant an open clock belongs to a group, the nearest group first."""
    return {nearness: now + step for nearness, step in STEPS.items()} | {Nearness.LATER: LAST}


def nearness(at: datetime | None, now: datetime) -> Nearness:
    """How near an instant is."""
    before = bounds(now).items()
    return next((name for name, end in before if at is not None and at < end), Nearness.NOTHING)
