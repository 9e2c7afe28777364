"""`tocsin search` finds what the API finds, and prints one line for each incident."""

import json
from collections.abc import Generator

import pytest
from typing_in import Typed, an_api, typing_at


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with an_api(tmp_path_factory.mktemp("cli")) as address:
        yield address


@pytest.fixture
def typed(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    return typing_at(url, monkeypatch, capsys)


def test_words_phrases_and_filters_are_typed_as_one_would(typed: Typed) -> None:
    _, reference, _ = typed("declare", "Cards refused", "--severity", "2", "--service", "cards")
    typed("note", reference, "The Zürich pool\nwas drained \x1b[31m")
    _, other, _ = typed("declare", "Pool of cards")
    code, printed, _ = typed("search", "zurich", "pool was", "sev:2")
    assert code == 0
    assert printed.split("\t") == [
        reference, "2", "reported", "2026-11-24 03:12Z", "Cards refused",
        "The Zürich pool was drained �[31m",
    ]  # fmt: skip
    assert [line.split("\t")[0] for line in typed("search", "cards")[1].splitlines()] == [
        other,
        reference,
    ]
    assert typed("search", "card")[1] == "", "no word goes on by itself in a terminal"
    assert typed("search", "cards", "-zurich")[1].split("\t")[0] == other
    assert typed("search", "cards", "-pool was")[1].split("\t")[0] == other
    assert typed("search", "service:no such")[1] == ""
    assert typed("search", "--limit", "1", "cards")[1].split("\t")[0] == other
    as_json = json.loads(typed("search", "--json", "service:cards")[1])
    assert [item["incident"]["reference"] for item in as_json] == [reference]


def test_a_line_that_is_wrong_is_one_sentence(typed: Typed) -> None:
    assert typed("search", "sev:9") == (1, "", "sev:9 is not known: it is one of 1, 2, 3, 4.")
