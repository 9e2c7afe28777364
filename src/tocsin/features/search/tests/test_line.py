"""A line says what is looked for; what is wrong with it is said; nothing in it is an operator."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.features.search.rules.excerpt import LONGEST, excerpt, marked
from tocsin.features.search.rules.line import understood
from tocsin.features.search.terms import Filter, Piece
from tocsin.foundation.refusal import Refused
from tocsin.foundation.seeking import sought

ZURICH = ZoneInfo("Europe/Zurich")


def filters(line: str) -> list[Filter]:
    return list(understood(line, UTC).filters)


def test_filters_and_words_stand_in_one_line() -> None:
    question = understood('sev:1,sev-2 state:open -service:Cards "exact phrase" -word timeo', UTC)
    assert question.filters == (
        Filter(name="sev", values=(1, 2)),
        Filter(name="state", values=("open",)),
        Filter(name="service", values=("cards",), is_unwanted=True),
    )
    assert [term.tokens for term in question.sought.wanted] == [("exact", "phrase"), ("timeo",)]
    assert [term.tokens for term in question.sought.unwanted] == [("word",)]


def test_a_day_begins_in_the_zone_of_whoever_asks() -> None:
    (before,) = understood("before:2026-11-01", ZURICH).filters
    assert before.values == (datetime(2026, 10, 31, 23, tzinfo=UTC),)


def test_other_names_are_words() -> None:
    question = understood("error:500 https://example.com/x", UTC)
    assert question.filters == ()
    assert [term.tokens for term in question.sought.wanted] == [
        ("error", "500"),
        ("https", "example", "com", "x"),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("sev:9", "sev:9 is not known: it is one of 1, 2, 3, 4."),
        ("state:asleep", "state:asleep is not known"),
        ("mode:joke", "mode:joke is not known"),
        ("before:yesterday", "yesterday is not a day"),
        ("after:2026-13-01", "2026-13-01 is not a day"),
        (" ".join(["sev:1"] * 17), "at most 16 filters"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(line: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        understood(line, UTC)
    assert refused.value.code == "bad_search"
    assert sentence in refused.value.reason


@given(st.text(max_size=300))
def test_any_line_is_understood_or_refused(line: str) -> None:
    with suppress(Refused):
        understood(line, ZURICH)


def said(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{one.text}]" if one.is_match else one.text for one in pieces)


def test_an_excerpt_shows_the_words_where_they_stand() -> None:
    text = f"{'Before that all was well. ' * 20}The Zürich pool was drained. {'And after. ' * 40}"
    shown = said(excerpt(["other", text], sought('zurich "was drained"').wanted))
    assert "The [Zürich] pool [was drained]" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < LONGEST + 20


def test_nothing_is_marked_that_was_not_looked_for() -> None:
    assert said(marked("Cards and cardinals", sought("card").wanted)) == "[Cards] and [cardinals]"
    assert said(marked("Cards and cardinals", sought("card ").wanted)) == "Cards and cardinals"
    assert said(marked("決済失敗", sought("済失").wanted)) == "決[済失]敗"
    assert excerpt(["nothing here"], sought("cards").wanted) == ()


@given(st.text(max_size=400), st.text(max_size=10))
def test_an_excerpt_is_of_the_text(text: str, asked_for: str) -> None:
    wanted = sought(asked_for).wanted
    assert "".join(one.text for one in marked(text, wanted)) == text
    shown = (
        "".join(one.text for one in excerpt([text], wanted)).removeprefix("… ").removesuffix(" …")
    )
    assert shown in text
