"""Matchers mean what they mean in Alertmanager."""

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from tocsin.features.silences.rules import matchers
from tocsin.features.silences.terms import Matcher, Op
from tocsin.foundation.refusal import Refused

TABLE = "conformance/alertmanager_matchers.json"


def table(shared: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((shared / TABLE).read_text())[name]
    assert rows
    return rows


def of(row: dict[str, Any]) -> Matcher:
    return Matcher(name=row["name"], op=Op(row["op"]), value=row["value"])


def test_every_case_of_matching_is_decided_as_upstream(shared: Path) -> None:
    for row in table(shared, "match"):
        matcher = Matcher(name="a", op=Op(row["op"]), value=row["pattern"])
        assert matchers.matches(matcher, {"a": row["value"]}) == row["match"], row


def test_every_case_of_reading_several_is_read_as_upstream(shared: Path) -> None:
    for row in table(shared, "parse_many"):
        if row["error"]:
            with pytest.raises(Refused):
                matchers.parse_many(row["input"])
        else:
            expected = tuple(of(one) for one in row["expected"] or ())
            assert matchers.parse_many(row["input"]) == expected, row


def test_every_case_of_writing_is_written_as_upstream_and_read_back(shared: Path) -> None:
    for row in table(shared, "to_string"):
        assert matchers.written(of(row)) == row["want"]
        assert matchers.parse_many(row["want"]) == (of(row),)


def test_a_label_that_is_absent_is_empty() -> None:
    assert matchers.matches(Matcher(name="a", op=Op.EQUAL, value=""), {})
    assert matchers.matches(Matcher(name="a", op=Op.MATCHES, value=".*"), {})
    assert not matchers.matches(Matcher(name="a", op=Op.NOT_EQUAL, value=""), {})


def test_an_alternative_is_anchored_as_a_whole() -> None:
    either = Matcher(name="a", op=Op.MATCHES, value="foo|bar")
    assert matchers.matches(either, {"a": "bar"})
    assert not matchers.matches(either, {"a": "foobar"})


@pytest.mark.parametrize("expression", ["(a+)+$", "(a|a)*$", "(a|aa)+$", "([a-z]+)*$", "(.*)*x"])
def test_no_expression_takes_longer_than_linear_time(expression: str) -> None:
    began = perf_counter()
    evil = Matcher(name="a", op=Op.MATCHES, value=expression)
    assert not matchers.matches(evil, {"a": "a" * 50_000 + "!"})
    assert perf_counter() - began < 5


@pytest.mark.parametrize("expression", ["(", "a{1001}", "(?=a)", "\\1", "x" * 5000])
def test_an_expression_that_cannot_be_tried_is_refused(expression: str) -> None:
    with pytest.raises(Refused, match="expression"):
        matchers.fits(expression, "a")


def test_remembered_expressions_never_fill_the_memory() -> None:
    most = matchers.MEMORY_BYTES * matchers.REMEMBERED
    assert most <= 256 * 1024 * 1024
    with pytest.raises(Refused):
        matchers.fits(r"\pL{0,300}[^b]{0,600}z", "z")
    assert matchers.fits(
        "|".join(f"host{n:04}.example.com" for n in range(190)), "host0003.example.com"
    )
