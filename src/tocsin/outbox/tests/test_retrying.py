"""A receiver that is away gets everything within two days, and is not hammered meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.outbox.breaker import Breaker
from tocsin.outbox.retrying import is_permanent, next_try, wait_seconds

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 409, 410, 413, 422])
def test_what_will_never_be_taken_is_not_tried_again(status: int) -> None:
    assert is_permanent(status)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert not is_permanent(status)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.floats(0, 1e9))
def test_waits_stay_within_their_bounds(tries: int, chance: float, asked: float) -> None:
    waited = wait_seconds(tries, chance, asked)
    assert min(asked, 3600) <= waited <= max(min(asked, 3600), 600)


def test_the_ceiling_doubles_from_one_second_to_ten_minutes() -> None:
    ceilings = [wait_seconds(tries, 1.0, None) for tries in range(1, 13)]
    assert ceilings == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]


def test_two_days_are_tried_and_then_no_more() -> None:
    now, tries = NOW, 0
    while (at := next_try(NOW, now, tries := tries + 1, 0.5, None)) is not None:
        now = at
    assert timedelta(hours=47, minutes=50) < now - NOW <= timedelta(hours=48)
    assert tries > 500


def test_a_wish_to_wait_is_honoured_up_to_an_hour() -> None:
    assert next_try(NOW, NOW, 1, 0.0, 120) == NOW + timedelta(seconds=120)
    assert next_try(NOW, NOW, 1, 0.0, 86_400) == NOW + timedelta(hours=1)


def test_five_failures_open_the_breaker_and_one_probe_goes_every_thirty_seconds() -> None:
    breaker, now = Breaker(), NOW
    for _ in range(4):
        breaker = breaker.failed(now, None)
        assert breaker.slots(now, 0, 2) == 2
    breaker = breaker.failed(now, None)
    assert breaker.slots(now + timedelta(seconds=29), 0, 2) == 0
    now += timedelta(seconds=30)
    assert breaker.slots(now, 0, 2) == 1
    assert breaker.slots(now, 1, 2) == 0
    assert breaker.failed(now, None).slots(now + timedelta(seconds=29), 0, 2) == 0
    assert breaker.succeeded().slots(now, 0, 2) == 2


def test_a_receiver_that_asks_to_wait_is_left_alone_so_long() -> None:
    breaker = Breaker().failed(NOW, 120)
    assert breaker.slots(NOW + timedelta(seconds=119), 0, 2) == 0
    assert breaker.slots(NOW + timedelta(seconds=120), 0, 2) == 2
