"""Times read the same wherever they stand."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.web.times import clock_state, left

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words", "state"),
    [
        (-7300, "2 h 01 m over", "over"),
        (-59, "59 s over", "over"),
        (0, "0 s over", "over"),
        (1, "in 1 s", "risk"),
        (900, "in 15 min", "risk"),
        (901, "in 15 min", ""),
        (90000, "in 25 h 00 m", ""),
    ],
)
def test_a_clock_says_what_is_left_and_whether_it_is_at_risk(
    seconds: int, words: str, state: str
) -> None:
    until = NOW + timedelta(seconds=seconds)
    assert (left(until, NOW), clock_state(until, NOW)) == (words, state)
