"""What a text is found by does not hang on case, accents, width or spaces that a script does not use."""

from itertools import islice
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.foundation.refusal import Refused
from tocsin.foundation.seeking import MOST_WORDS, parts, sought
from tocsin.foundation.tokens import LONGEST, asked, placed, tokens


def found(text: str, asked_for: str) -> bool:
    """Whether all that is asked for stands in the text, as a database would decide it."""
    spelled = f" {' '.join(tokens(text))} "
    return all(term.spelled in spelled for term in asked(asked_for))


@pytest.mark.parametrize(
    ("text", "asked_for"),
    [
        ("Grüße aus ZÜRICH", "zurich"),
        ("Grüße", "GRÜSSE"),
        ("Łódź, Ærø", "lodz"),
        ("ﬁle ﬂow", "file"),
        ("ＴＩＭＥＯＵＴ", "timeout"),
        ("e\u0301te\u0301", "été"),
        ("pay-db-01.eu", "pay-db-01"),
        ("error:500", "500"),
        ("決済が失敗した", "失敗"),
        ("決済が失敗した", "済が失敗"),
        ("決済が失敗した", "た"),
        ("決済が失敗した", "決"),
        ("ｶﾞｽ停止", "ガス"),
        ("サーバー障害", "サーバー"),
        ("결제가 실패했다", "실패"),
        ("支付timeout过期", "timeout过期"),
        ("ระบบล่ม", "ล่ม"),
    ],
)
def test_words_are_found_as_people_write_them(text: str, asked_for: str) -> None:
    assert found(text, asked_for)


@pytest.mark.parametrize(
    ("text", "asked_for"),
    [("timeouts", "timeout"), ("か", "が"), ("失 敗", "失敗"), ("pay db 02", "pay-db-01")],
)
def test_what_is_something_else_is_not_found(text: str, asked_for: str) -> None:
    assert not found(text, asked_for)


@given(st.text(max_size=200))
def test_any_text_becomes_words_that_no_database_minds(text: str) -> None:
    for token in tokens(text):
        assert token.strip() == token
        assert 0 < len(token) <= LONGEST + 4
        assert not set(token) & set(" \"'*:^&|!()<>\\\0")
        token.encode()
    for one in placed(text):
        assert 0 <= one.start < one.end <= len(text)


@given(st.text(max_size=60))
def test_a_text_is_found_by_itself(text: str) -> None:
    assert found(text, text)


def test_thousands_of_marks_on_one_sign_hold_nobody_up() -> None:
    """Putting marks in order takes time by their square: a hundred thousand took many seconds."""
    began = process_time()
    assert [*tokens("a" + "\u0316\u0301\u0327" * 33_000 + " b")] == ["a", "b"]
    assert process_time() - began < 2


def test_of_signs_that_stand_for_many_no_more_are_taken_apart_than_are_wanted() -> None:
    long = tokens("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM} " * 100_000)
    began = process_time()
    assert len([*islice(long, 1_000)]) == 1_000
    assert process_time() - began < 0.5


def test_a_line_is_taken_apart_at_its_spaces_and_quotes() -> None:
    said = [
        (one.name, one.value, one.is_unwanted) for one in parts('a "b c" -d sev:1 team:"x y" -"z"')
    ]
    assert said == [
        ("", "a", False),
        ("", "b c", False),
        ("", "d", True),
        ("sev", "1", False),
        ("team", "x y", False),
        ("", "z", True),
    ]


def test_only_what_may_still_be_written_may_go_on() -> None:
    assert [term.is_prefix for term in sought("one two").wanted] == [False, True]
    assert not sought("one two ").wanted[-1].is_prefix
    assert not sought('"one two"').wanted[-1].is_prefix


def test_more_words_than_one_can_look_for_are_refused() -> None:
    many = " ".join(f"w{number}" for number in range(MOST_WORDS + 1))
    with pytest.raises(Refused, match="at most 32 words"):
        sought(many)
