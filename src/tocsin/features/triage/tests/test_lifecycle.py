"""What becomes of alerts that a rule took: given how the rule stands, when they come, then this."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.features.triage import lifecycle
from tocsin.features.triage.rules.grouping import group_of
from tocsin.features.triage.state import Join, Match, Open, Opened, OpenStorm, Reopen, Standing
from tocsin.features.triage.terms import DEFAULT_RULE, AlertFacts, AlertRule

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def match(service: str, number: int = 0) -> Match:
    alert = AlertFacts(
        id=f"{service}-{number}",
        title="Down",
        service=service,
        starts_at=NOON,
        received_at=NOON,
    )
    return Match(alert, group_of(alert, "default", DEFAULT_RULE))


def key(service: str) -> str:
    return match(service).group.key


def standing(
    rule: AlertRule = DEFAULT_RULE,
    *,
    opened: dict[str, Opened] | None = None,
    over: dict[str, Opened] | None = None,
    storm: Opened | None = None,
    recent: int = 0,
) -> Standing:
    return Standing(
        name="default", rule=rule, open=opened or {}, over=over or {}, storm=storm, recent=recent
    )


def services(count: int) -> list[Match]:
    return [match(f"s{number}") for number in range(count)]


def test_a_burst_is_judged_once_a_second_passed_without_more_of_it() -> None:
    came = [NOON, NOON + SECOND]
    assert not lifecycle.is_settled(came, NOON + timedelta(milliseconds=1999))
    assert lifecycle.is_settled(came, NOON + 2 * SECOND)


def test_a_burst_without_end_is_judged_once_its_first_have_waited_four_seconds() -> None:
    came = [NOON + number * SECOND / 2 for number in range(9)]
    assert not lifecycle.is_settled(came[:-1], came[-1] - timedelta(milliseconds=1))
    assert lifecycle.is_settled(came, NOON + 4 * SECOND)


def test_alerts_of_one_group_open_one_incident() -> None:
    both = [match("cards"), match("cards", 1)]
    assert lifecycle.decide(both, standing(), NOON) == [Open(matches=tuple(both))]


def test_alerts_of_two_groups_open_two() -> None:
    steps = lifecycle.decide(services(2), standing(), NOON)
    assert [type(step) for step in steps] == [Open, Open]


def test_an_alert_joins_the_open_incident_of_its_group_however_old() -> None:
    before = standing(opened={key("cards"): Opened("i", NOON - timedelta(days=3))})
    steps = lifecycle.decide([match("cards")], before, NOON)
    assert steps == [Join(incident="i", matches=(match("cards"),))]


def test_after_the_incident_is_over_another_is_opened() -> None:
    before = standing(over={key("cards"): Opened("i", NOON)})
    assert lifecycle.decide([match("cards")], before, NOON) == [Open(matches=(match("cards"),))]


@pytest.mark.parametrize(("late", "is_reopened"), [(-SECOND, True), (SECOND, False)])
def test_a_rule_may_reopen_within_its_window_in_minutes(late: timedelta, is_reopened: bool) -> None:
    rule = AlertRule(condition="true", reopens=True, window_minutes=10)
    last = NOON - timedelta(minutes=10) - late
    before = standing(rule, over={key("cards"): Opened("i", last)})
    [step] = lifecycle.decide([match("cards")], before, NOON)
    assert isinstance(step, Reopen) == is_reopened


def test_more_groups_at_once_than_may_be_opened_are_one_storm() -> None:
    alerts = [match(f"s{number % 30}", number) for number in range(300)]
    [step] = lifecycle.decide(alerts, standing(), NOON)
    assert isinstance(step, OpenStorm)
    assert len(step.matches) == 300


def test_five_are_opened_and_with_the_sixth_a_storm_begins() -> None:
    assert len(lifecycle.decide(services(5), standing(), NOON)) == 5
    assert lifecycle.decide(services(1), standing(recent=5), NOON) == [
        OpenStorm(matches=(match("s0"),))
    ]


@pytest.mark.parametrize(("late", "goes_on"), [(-SECOND, True), (SECOND, False)])
def test_a_storm_goes_on_until_nothing_joined_for_its_window(
    late: timedelta, goes_on: bool
) -> None:
    last = NOON - timedelta(minutes=10) - late
    [step] = lifecycle.decide(services(1), standing(storm=Opened("storm", last)), NOON)
    assert isinstance(step, Join) == goes_on


def test_a_second_storm_joins_the_one_that_is_still_open() -> None:
    before = standing(storm=Opened("storm", NOON - timedelta(days=1)))
    [step] = lifecycle.decide(services(6), before, NOON)
    assert step == Join(incident="storm", matches=tuple(services(6)), is_storm=True)


def test_a_storm_gets_all_that_a_batch_brings_in_one_step() -> None:
    storm = Opened("storm", NOON)
    before = standing(storm=storm, opened={key("s0"): storm})
    [step] = lifecycle.decide(services(3), before, NOON)
    assert step == Join(incident="storm", matches=tuple(services(3)), is_storm=True)


def test_the_same_alert_twice_in_a_batch_counts_once() -> None:
    [step] = lifecycle.decide([match("cards"), match("cards")], standing(), NOON)
    assert step.matches == (match("cards"),)
