"""A title is one line, to be seen, and short enough."""

import pytest

from tocsin.features.incidents.rules.titles import LONGEST_TASK, LONGEST_TITLE, task_of, title_of
from tocsin.foundation.refusal import Refused


def test_a_title_is_one_line() -> None:
    assert title_of(" Cards\nrefused\x1b[0m ") == "Cards refused[0m"
    assert title_of("é" * LONGEST_TITLE) == "é" * LONGEST_TITLE


@pytest.mark.parametrize(
    ("written", "code"),
    [("\u200b", "title_missing"), (" ", "title_missing"), ("x" * 201, "title_too_long")],
)
def test_a_title_that_is_none_is_refused_in_words(written: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        title_of(written)
    assert refused.value.code == code
    assert refused.value.reason.endswith(".")


def test_a_task_is_one_line_as_well() -> None:
    assert task_of("Call\nthe bank") == "Call the bank"
    with pytest.raises(Refused) as refused:
        task_of("x" * (LONGEST_TASK + 1))
    assert refused.value.code == "task_too_long"
