"""Ten thousand hostile strings, each by itself: read back as they were, and on every page just words.

The tests of `make test` take a sample of them; these take all, and run with `make soak`.
"""

import logging
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hostile import SEED, innocent, is_text, words
from open_house import House
from skeleton import parsed
from twins import ALL, TEXTS, Twins, compare_pages, must_be_alike, twins

from tocsin.access.policy import Permission
from tocsin.features.incidents.commands.telling import note_in
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.foundation.one_line import is_seen
from tocsin.integrations.shown import title_of
from tocsin.ledger.words import Text

OF_ONE = 500
"""So many strings are the notes of one incident."""

TOGETHER = 100
"""So many alerts come in one request, which may hold a megabyte."""

SHOWN_ALONE = 200
"""So many alerts are looked at on pages of their own."""


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    """The client under test logs every request; here are thousands."""
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


def test_they_are_ten_thousand_and_all_but_what_is_no_text_and_blanks_are_sent() -> None:
    every = words(ALL)
    assert len({*every}) == ALL
    assert every == words(ALL), "the same seed gives the same words"
    left_out = [text for text in every if is_text(text) and not text.strip()]
    assert len(TEXTS) + sum(not is_text(text) for text in every) + len(left_out) == ALL
    assert len(TEXTS) > 9_700


@pytest.mark.soak
def test_all_of_them_are_notes_and_stand_on_pages_as_words(tmp_path: Path) -> None:
    print(f"seed {SEED}, {len(TEXTS)} strings")
    with twins(tmp_path) as both:
        for at in range(0, len(TEXTS), OF_ONE):
            some = TEXTS[at : at + OF_ONE]
            mine, theirs = (house.declare() for house in both)
            write_one_by_one(both[0], mine, some)
            write_at_once(both[1], theirs, [innocent(text) for text in some])
            must_be_read_back(both[0], mine, some)
            must_stand_on_pages(both, (mine, theirs), some)
            compare_pages(both, [(f"/incidents/{mine}/paper", f"/incidents/{theirs}/paper")])


def write_one_by_one(house: House, reference: str, texts: Sequence[str]) -> None:
    """Each by a request of its own."""
    for text in texts:
        said = house.api("POST", f"/api/v1/incidents/{reference}/notes", {"text": text})
        assert said.status_code == 201, (ascii(text), said.text)


def write_at_once(house: House, reference: str, texts: Sequence[str]) -> None:
    """What they are compared with need not come in by the same door."""
    with house.work().change(Permission.RESPOND) as change:
        for text in texts:
            note_in(change, reference, Noted(kind=NoteKind.NOTE, text=Text(text)))


def must_be_read_back(house: House, reference: str, texts: Sequence[str]) -> None:
    """Every string of every note, exactly and in order."""
    entries = listed(house, f"/api/v1/incidents/{reference}/timeline")
    said = [
        part["text"] for entry in entries[1:] for part in entry["parts"] if part["type"] == "said"
    ]
    assert said == [*texts]


def listed(house: House, path: str, **query: Any) -> list[Any]:
    """Everything in a list of the API, page by page."""
    found, cursor = list[Any](), None
    while True:
        turned = query | {"limit": 200} | ({} if cursor is None else {"cursor": cursor})
        page = house.api("GET", path, **turned).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def must_stand_on_pages(both: Twins, references: tuple[str, str], texts: Sequence[str]) -> None:
    """Every note is text on one of the pages of its timeline, and no page has more than its twin."""
    shown, pairs = list[str](), zip(both, references, strict=True)
    turned = [pages(house, f"/incidents/{it}", ".turns a[href*='before=']") for house, it in pairs]
    for mine, theirs in zip(*turned, strict=True):
        must_be_alike(references[0], mine, theirs)
        shown += [node.text() for node in parsed(mine).css(".timeline .said > p")]
    assert shown[::-1] == ["".join(text.splitlines()) for text in texts]


def pages(house: House, path: str, onward: str) -> Iterator[str]:
    """A page, and those that it leads to one after the other."""
    following: str | None = path
    while following is not None:
        page = house.client.get(following)
        assert page.status_code == 200, following
        yield page.text
        link = parsed(page.text).css_first(onward)
        following = None if link is None else link.attributes["href"]


@pytest.mark.soak
def test_all_of_them_come_in_as_alerts_and_are_never_more_than_words(tmp_path: Path) -> None:
    print(f"seed {SEED}, {len(TEXTS)} strings")
    with twins(tmp_path) as both:
        fire(both[0], TEXTS)
        fire(both[1], [innocent(text) for text in TEXTS])
        found, others = (by_number(house) for house in both)
        assert len(found) == len(others) == len(TEXTS)
        for number, text in enumerate(TEXTS):
            must_be_the_alert(found[number], text)
        compare_pages(both, [(path, path) for path in ("/alerts", "/incidents", "/search?q=pwned")])
        turned = [pages(house, "/alerts?view=every", "a[rel=next]") for house in both]
        for mine, theirs in zip(*turned, strict=True):
            must_be_alike("/alerts?view=every", mine, theirs)
        some = range(0, len(TEXTS), len(TEXTS) // SHOWN_ALONE)
        alone = [(f"/alerts/{found[at]['id']}", f"/alerts/{others[at]['id']}") for at in some]
        compare_pages(both, alone)
        mine, theirs = (storm(house) for house in both)
        compare_pages(both, [(mine, theirs), (f"{mine}/alerts", f"{theirs}/alerts")])


def fire(house: House, texts: Sequence[str]) -> None:
    """Send an alert for each, many in one request, and let the rules look at them."""
    for at in range(0, len(texts), TOGETHER):
        some = enumerate(texts[at : at + TOGETHER], at)
        answer = house.fire(*(alert_of(text, number) for number, text in some))
        assert answer.status_code == 200, (at, answer.text)
    house.settle()


def alert_of(text: str, number: int) -> dict[str, Any]:
    """An alert whose name, labels and words are hostile."""
    named = {"alertname": text, "service": text, "severity": "critical", "n": str(number)}
    return {"labels": named, "annotations": {"summary": text, "description": text}}


def by_number(house: House) -> dict[int, Any]:
    return {int(one["labels"]["n"]): one for one in listed(house, "/api/v1/alerts")}


def must_be_the_alert(shown: Any, text: str) -> None:
    """Everything of it exactly, but for the title, which is one line that can be seen."""
    assert shown["annotations"] == {"summary": text, "description": text}
    assert (shown["labels"]["alertname"], shown["service"]) == (text, text)
    assert shown["title"] == title_of(text)
    assert is_seen(shown["title"])


def storm(house: House) -> str:
    """The page of the incident that holds all of them."""
    [one] = listed(house, "/api/v1/incidents")
    assert one["alerts"] == len(TEXTS)
    return f"/incidents/{one['reference']}"
