"""The port to CEL: what is wrong is said when it is written, what cannot be told is no match."""

from datetime import UTC, datetime

import pytest

from tocsin.features.triage.rules.expression import LONGEST, Condition
from tocsin.features.triage.terms import AlertFacts
from tocsin.foundation.refusal import Refused

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALERT = AlertFacts(
    id="a",
    title="Error rate over 5%",
    severity="critical",
    service="auth-gateway",
    labels={"region": "eu-west"},
    starts_at=NOON,
    received_at=NOON,
)


def refusal(text: str) -> str:
    with pytest.raises(Refused) as refused:
        Condition(text)
    assert refused.value.code == "bad_rule"
    return refused.value.reason


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('alert.severity in ["critical", "page"]', True),
        ('alert.labels.region == "eu-west"', True),
        ('has(alert.labels.zone) && alert.labels.zone == "b"', False),
        ('alert.labels.exists(name, name.startsWith("reg"))', True),
        ('alert.title.matches("(a+)+$")', False),
        ('alert.team == ""', True),
    ],
)
def test_a_condition_is_true_or_false_for_an_alert(text: str, holds: bool) -> None:
    answer = Condition(text).holds_for(ALERT)
    assert (answer.holds, answer.trouble) == (holds, None)


def test_a_typing_error_is_shown_with_a_caret_under_it() -> None:
    line, shown, caret = refusal('alert.severty == "critical"').splitlines()
    assert line == "Line 1, column 6: there is no alert.severty."
    assert shown[caret.index("^") :].startswith(".severty")


def test_the_caret_stands_on_the_line_of_the_error() -> None:
    reason = refusal('alert.severity == "page" &&\n  alert.title == 3')
    assert reason.startswith("Line 2, column 15: ")
    assert reason.splitlines()[1] == "  alert.title == 3"


@pytest.mark.parametrize(
    "text", ["", "1 +", "alert.title", "alert", '"a" + "b" == "ab"', "((((" * 99]
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    assert refusal(text)


def test_a_label_that_an_alert_does_not_have_is_no_match_and_is_said() -> None:
    answer = Condition('alert.labels.zone == "b"').holds_for(ALERT)
    assert (answer.holds, answer.trouble) == (False, "the alert has no “zone”")


def test_a_condition_that_takes_too_many_steps_ends_and_is_said() -> None:
    many = str(list(range(40)))
    text = "true"
    for name in "edcba":
        text = f"{many}.all({name}, {text} && {name} >= 0)"
    answer = Condition(text).holds_for(ALERT)
    assert (answer.holds, answer.trouble) == (False, "the condition takes too many steps")


def test_a_condition_is_not_longer_than_a_page() -> None:
    assert str(LONGEST) in refusal("true || " * 200 + "true")


def test_a_bad_pattern_is_no_match_and_is_said() -> None:
    answer = Condition('alert.title.matches("(")').holds_for(ALERT)
    assert not answer.holds
    assert "missing )" in (answer.trouble or "")
