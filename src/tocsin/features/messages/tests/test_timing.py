"""When a message is due."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.features.messages.rules.timing import after_quiet, due_at, next_at
from tocsin.features.messages.terms import Choices, Concern, Way

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Choices(quiet_from=time(22), quiet_until=time(7))
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe"]
)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as the library asks
OF_DAY = st.times().map(lambda it: it.replace(second=0, microsecond=0))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-24T06:59", "2026-11-24T07:00"),
        ("2026-11-24T07:00", "2026-11-25T07:00"),
        ("2026-03-28T23:00", "2026-03-29T06:00"),  # the clocks go forward in between
        ("2026-10-24T23:00", "2026-10-25T07:00"),  # and back
    ],
)
def test_a_digest_comes_at_eight_by_the_clocks_of_its_reader(now: str, then: str) -> None:
    assert next_at(time(8), BERLIN, utc(now)) == utc(then)


def test_a_time_that_clocks_skip_comes_after_the_change_and_one_they_show_twice_once() -> None:
    assert next_at(time(2, 30), BERLIN, utc("2026-03-28T23:00")) == utc("2026-03-29T01:30")
    assert next_at(time(2, 30), BERLIN, utc("2026-10-24T23:00")) == utc("2026-10-25T00:30")
    assert next_at(time(2, 30), BERLIN, utc("2026-10-25T00:30")) == utc("2026-10-26T01:30")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T20:59", "2026-11-24T20:59"),
        ("2026-11-24T21:00", "2026-11-25T06:00"),
        ("2026-11-25T05:59", "2026-11-25T06:00"),
        ("2026-11-25T06:00", "2026-11-25T06:00"),
    ],
)
def test_what_comes_at_once_waits_until_quiet_hours_end(now: str, due: str) -> None:
    told = due_at(Concern.MENTIONED, Way.AT_ONCE, NIGHT, zone=BERLIN, now=utc(now))
    assert told == utc(due)


def test_quiet_hours_within_a_day_are_quiet_then_and_not_around_it() -> None:
    lunch = Choices(quiet_from=time(12), quiet_until=time(13))
    hours = (utc("2026-11-24T11:59"), utc("2026-11-24T12:00"), utc("2026-11-24T23:00"))
    ends = [after_quiet(lunch, UTC, one) for one in hours]
    assert ends == [hours[0], utc("2026-11-24T13:00"), hours[2]]


def test_a_digest_at_a_quiet_hour_waits_for_its_end() -> None:
    chosen = Choices(digest_at=time(6), quiet_from=time(22), quiet_until=time(7))
    told = due_at(Concern.FOLLOWED, Way.DIGEST, chosen, zone=BERLIN, now=utc("2026-11-24T12:00"))
    assert told == utc("2026-11-25T06:00")


@given(OF_DAY, ZONES, INSTANTS)
def test_a_time_of_day_comes_within_a_day_or_so_and_never_now(
    of_day: time, zone: str, now: datetime
) -> None:
    then = next_at(of_day, ZoneInfo(zone), now)
    assert timedelta(0) < then - now <= timedelta(hours=49)
    assert then.tzinfo is UTC


@given(OF_DAY, OF_DAY, ZONES, INSTANTS)
def test_after_quiet_hours_it_is_not_quiet(
    begins: time, ends: time, zone: str, now: datetime
) -> None:
    chosen = Choices(quiet_from=begins, quiet_until=None if begins == ends else ends)
    then = after_quiet(chosen, ZoneInfo(zone), now)
    assert now <= then
    assert then - now <= timedelta(hours=49)
