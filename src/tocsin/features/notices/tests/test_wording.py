"""How notices read, for any title that people may write."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.features.incidents.terms import Mode
from tocsin.features.notices.rules import wording
from tocsin.features.notices.rules.wording import Notice
from tocsin.features.notices.terms import Happening


def notice(**changed: object) -> Notice:
    values: dict[str, object] = {
        "incident": "01k9zq3m9d7v4t2n8x6c5b1a0s",
        "version": 3,
        "happening": Happening.MITIGATED,
        "at": datetime(2026, 11, 24, 3, 12, tzinfo=UTC),
        "reference": "INC-2026-0042",
        "title": "Cards refused",
        "severity": 1,
        "phase": "mitigated",
        "mode": Mode.LIVE,
        "url": "https://tocsin.example.com/incidents/INC-2026-0042",
    }
    return Notice(**(values | changed))  # type: ignore[arg-type]  # values of every field


@given(st.text(), st.sampled_from(Mode))
def test_a_subject_is_one_line_that_says_first_what_is_not_live(title: str, mode: Mode) -> None:
    line = wording.subject(notice(title=title, mode=mode))
    assert len(line.splitlines()) == 1
    assert line.startswith("INC-" if mode is Mode.LIVE else f"[{mode.upper()}] INC-")


def test_a_mail_says_what_when_how_bad_and_where() -> None:
    assert wording.text(notice(words="A workaround is in place.")) == (
        "INC-2026-0042: Cards refused\n\n"
        "Mitigated at 2026-11-24 03:12:00 UTC.\n"
        "Severity: Sev-1. It is mitigated.\n\n"
        "A workaround is in place.\n\n"
        "https://tocsin.example.com/incidents/INC-2026-0042\n"
    )


@pytest.mark.parametrize("happening", Happening)
def test_every_mail_but_the_first_answers_the_first(happening: Happening) -> None:
    one = notice(happening=happening)
    is_first = wording.message_id(one) == wording.thread_id(one.incident)
    assert is_first == (happening is Happening.DECLARED)


def test_an_event_has_one_id_and_another_event_another() -> None:
    assert wording.event_id(notice()) == wording.event_id(notice(title="Else"))
    assert wording.event_id(notice()) != wording.event_id(notice(version=4))
