"""Half a year of incidents: what broke, when and how badly, by seeded chance."""

from datetime import datetime, timedelta
from typing import Final

from tocsin.runtime.demo import courses
from tocsin.runtime.demo.organisation import team_of
from tocsin.runtime.demo.story import Chance, Story
from tocsin.runtime.demo.troubles import DRILLS, SECRETIVE, TROUBLES, Trouble

WEEKS: Final = 26
WEEK: Final = timedelta(weeks=1)
SEED: Final = 2022_2554
"""Chance begins here (the number of a regulation that the company knows well)."""

A_WEEK: Final = 7
"""So many incidents a week, give or take three."""

SEVERITIES: Final = (1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4)
FALSE_ALARMS: Final = 0.11
QUIET: Final = timedelta(days=1)
"""The last day belongs to the incidents that are still open."""


def stories(began: datetime) -> list[Story]:
    """The incidents of the 26 weeks from an instant on."""
    chance = Chance(SEED)
    usual = [story for week in range(WEEKS) for story in _week(began + week * WEEK, chance)]
    drills = [courses.drill(what, at, chance) for what, at in _spread(DRILLS, began, chance)]
    few = _spread(SECRETIVE, began, chance)
    restricted = [courses.kept_among_few(what, at, chance) for what, at in few]
    last = began + WEEKS * WEEK - QUIET
    return [story for story in (*usual, *drills, *restricted) if story.declared_at < last]


def _week(monday: datetime, chance: Chance) -> list[Story]:
    number = A_WEEK + chance.random.randint(-3, 3)
    return [_one(monday, chance) for _ in range(number)]


def _one(monday: datetime, chance: Chance) -> Story:
    weights = [trouble.weight for trouble in TROUBLES]
    trouble = chance.random.choices(TROUBLES, weights)[0]
    at = _when(monday, trouble, chance)
    if chance.happens(FALSE_ALARMS):
        return courses.false_alarm(trouble, at, chance)
    return courses.told(trouble, at, chance.one_of(SEVERITIES), chance)


def _when(monday: datetime, trouble: Trouble, chance: Chance) -> datetime:
    """Around the hour at which things break for the team, and less often at weekends."""
    day = chance.random.choices(range(7), (5, 5, 6, 5, 6, 2, 2))[0]
    busiest = team_of(trouble.service).busiest_hour
    hour = chance.random.gauss(busiest, 3.5) % 24
    midnight = (monday + timedelta(days=day + 1)).replace(hour=0, minute=0, second=0)
    return midnight + timedelta(hours=hour)


def _spread(
    troubles: tuple[Trouble, ...], began: datetime, chance: Chance
) -> list[tuple[Trouble, datetime]]:
    """One after the other, evenly over the weeks, at ten in the morning or so."""
    apart = WEEKS * WEEK / (len(troubles) + 1)
    found: list[tuple[Trouble, datetime]] = []
    for number, trouble in enumerate(troubles, start=1):
        day = (began + number * apart).replace(hour=10, minute=0)
        found.append((trouble, day + timedelta(minutes=chance.minutes(20))))
    return found
