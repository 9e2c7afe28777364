"""Searching through every door: found where one may see it, unknown elsewhere, erased and rebuilt."""

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from door import Client, client
from sqlalchemy import select, text

from tocsin.features.incidents.rows.words import WORDS
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import backup, checking, keys
from tocsin.ledger.change import Change
from tocsin.ledger.entry import By
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime.features import aggregates
from tocsin.storage import full_text
from tocsin.storage.database import Database

SEARCH, INCIDENTS = "/api/v1/search", "/api/v1/incidents"
CANARY = "kanarienvogel"


def quiet(*_: object) -> None:
    """No progress to show."""


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


@pytest.fixture
def eve(ledger: Ledger) -> Generator[Client]:
    with client(ledger, "eve") as made:
        yield made


def declare(ada: Client, title: str, **said: object) -> str:
    return str(ada.post(INCIDENTS, json={"title": title, **said}).json()["reference"])


def declare_hidden(ada: Client, title: str, **said: object) -> str:
    reference = declare(ada, title, **said)
    closed = ada.put(f"{INCIDENTS}/{reference}/restriction", json={"reason": "privacy"})
    assert closed.status_code == 200, closed.text
    return reference


def note(ada: Client, reference: str, words: str) -> None:
    answer = ada.post(f"{INCIDENTS}/{reference}/notes", json={"text": words})
    assert answer.status_code == 201, answer.text


def references(who: Client, q: str) -> list[str]:
    answer = who.get(SEARCH, params={"q": q})
    assert answer.status_code == 200, answer.text
    return [item["incident"]["reference"] for item in answer.json()["items"]]


def faults(ledger: Ledger) -> list[str]:
    return [one.sentence for one in checking.rows_against_fold(ledger, aggregates(), quiet)]


def test_what_is_found_is_shown_with_its_words_and_no_places(ada: Client) -> None:
    reference = declare(ada, "Cards refused", service="cards")
    note(ada, reference, "The Zürich pool was drained")
    answer = ada.get(SEARCH, params={"q": "zurich"})
    assert answer.headers["cache-control"] == "private, no-cache"
    (item,) = answer.json()["items"]
    assert item["incident"]["reference"] == reference
    marked = [piece["text"] for piece in item["excerpt"] if piece["is_match"]]
    assert marked == ["Zürich"]
    assert item["by"]["id"] == "ada"
    assert "seq" not in answer.text


def test_pages_follow_each_other_by_a_sealed_cursor(ada: Client, eve: Client) -> None:
    all_ = [declare(ada, f"Cards {number}") for number in range(5)]
    seen, cursor = list[str](), ""
    while True:
        params = {"q": "cards ", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = ada.get(SEARCH, params=params).json()
        seen += [item["incident"]["reference"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == all_[::-1]
    for who, q in ((ada, "other"), (eve, "cards ")):
        refused = who.get(SEARCH, params={"q": q, "limit": 2, "cursor": cursor})
        assert refused.status_code == 400
        assert refused.json()["code"] == "bad_cursor"


def test_a_line_that_is_wrong_is_refused_with_a_sentence(ada: Client) -> None:
    answer = ada.get(SEARCH, params={"q": "sev:9"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_search"
    assert ada.get(SEARCH, params={"q": "x" * 10_001}).status_code == 400
    assert ada.get(SEARCH).json() == {"items": [], "next": None}


def test_who_may_not_see_incidents_finds_nothing(ledger: Ledger) -> None:
    with client(ledger, "tim") as tim:
        assert tim.get(SEARCH, params={"q": "cards"}).status_code == 403


QUERIES = (
    CANARY,
    "kan",
    "cards",
    "sev:1",
    "state:open",
    "RES-",
    f"cards -{CANARY}",
    "service:cards",
)


def test_a_world_with_a_restricted_incident_answers_the_same_bytes(
    ada: Client, eve: Client
) -> None:
    declare(ada, "Cards refused")
    before = [eve.get(SEARCH, params={"q": q}).content for q in QUERIES]
    hidden = declare_hidden(ada, f"Cards {CANARY}", severity=1, service="cards")
    note(ada, hidden, f"cards {CANARY}")
    assert references(ada, CANARY) == [hidden]
    assert [eve.get(SEARCH, params={"q": q}).content for q in QUERIES] == before
    assert [references(eve, q) for q in (hidden, hidden.lower())] == [[], []]


def test_lists_are_cut_down_by_the_same_words(ada: Client, eve: Client) -> None:
    one = declare(ada, "Cards refused")
    note(ada, one, "the pool was drained")
    hidden = declare_hidden(ada, "Cards drained")

    def listed(who: Client, q: str) -> set[str]:
        items = who.get(INCIDENTS, params={"q": q}).json()["items"]
        return {item["reference"] for item in items}

    assert listed(ada, "drained") == {one, hidden}
    assert listed(eve, "drained") == {one}
    assert listed(eve, "drain -pool") == set()
    ada.put(f"{INCIDENTS}/{one}/acknowledgement")
    ada.put(f"{INCIDENTS}/{one}/resolution")
    assert listed(eve, "drained") == {one}


def erased(ledger: Ledger, words: str) -> None:
    """Erase every part that has these words, wherever they stand."""
    with ledger.read() as rows:
        entries = ledger.after(-1)
        assert rows
    parts = [
        (entry.seq, name)
        for entry in entries
        for name in getattr(entry.event, "__slots__", ())
        if isinstance(value := getattr(entry.event, name), Text) and words in value.value
    ]
    assert parts
    with ledger.change(By(id="ada", kind="person")) as change:
        why = WordsErased(parts=tuple(parts), approved_by="eve", reason=Text("asked for"))
        erase(change, parts, why, aggregates())


@pytest.mark.parametrize("place", ["title", "note"])
def test_what_was_erased_is_found_no_more_and_is_nowhere(
    ledger: Ledger, ada: Client, place: str
) -> None:
    reference = declare(ada, CANARY if place == "title" else "Cards")
    note(ada, reference, f"{CANARY} sang" if place == "note" else "nothing sang")
    assert references(ada, CANARY) == [reference]
    erased(ledger, CANARY)
    assert references(ada, CANARY) == []
    assert references(ada, reference) == [reference]
    assert faults(ledger) == []
    assert CANARY not in everything(ledger)


def everything(ledger: Ledger) -> str:
    """All that stands in the words and, on SQLite, in the tables of their index."""
    with ledger.read() as rows:
        said = [repr(tuple(row)) for row in rows.execute(select(WORDS))]
        if rows.dialect.name == "sqlite":
            blocks = rows.execute(text("SELECT block FROM incident_words_index_data"))
            said += [bytes(row.block).decode("latin-1") for row in blocks]
    return "\n".join(said)


def test_the_words_are_made_anew_from_the_ledger(ledger: Ledger, ada: Client) -> None:
    reference = declare(ada, "Cards refused")
    note(ada, reference, "the pool was drained")
    with ledger.database.write() as rows:
        rows.execute(WORDS.update().values(words=" lies "))
    assert any("incident_words" in fault for fault in faults(ledger))
    checking.rebuild(ledger, aggregates())
    assert faults(ledger) == []
    assert references(ada, "drained") == [reference]
    assert references(ada, "lies") == []


def test_whoever_looks_for_lost_words_rests_between_and_can_be_stopped(
    ledger: Ledger, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not ledger.database.is_sqlite:
        pytest.skip("PostgreSQL keeps its index by itself")
    monkeypatch.setattr(full_text, "LOOKED_FOR_AT_ONCE", 2)
    reference = declare(ada, "Cards refused")
    for number in range(7):
        note(ada, reference, f"seen for the {number}. time")
    rests: list[int] = []
    [incidents] = [one for one in aggregates() if one.name == "incident"]
    found = checking.rows_against_fold(ledger, [incidents], lambda done, _: rests.append(done))
    assert list(found) == []
    assert len(rests) > 4, "eight entries, two at once"


def test_an_index_that_lost_an_entry_is_named_and_mended(ledger: Ledger, ada: Client) -> None:
    if not ledger.database.is_sqlite:
        pytest.skip("PostgreSQL keeps its index by itself")
    reference = declare(ada, "Cards refused")
    with ledger.database.write() as rows:
        rows.execute(
            text("INSERT INTO incident_words_index(incident_words_index) VALUES ('delete-all')")
        )
    assert any("found by its words" in fault for fault in faults(ledger))
    checking.rebuild(ledger, aggregates())
    assert faults(ledger) == []
    assert references(ada, "refused") == [reference]


def test_a_backup_brings_the_words_and_their_index(
    ledger: Ledger, ada: Client, database_url: object, tmp_path: Path, clock: SimulatedClock
) -> None:
    assert callable(database_url)
    reference = declare(ada, "Cards refused")
    hidden = declare_hidden(ada, "Cards hidden")
    file = tmp_path / "backup.zip"
    backup.back_up(ledger, file, quiet)
    database = Database(database_url())

    def declared(_: Change) -> None:
        """Nothing was erased since."""

    restored = backup.restore(database, file, ledger.keys, clock, declared)
    with client(restored) as one, client(restored, "eve") as other:
        assert set(references(one, "cards")) == {reference, hidden}
        assert references(other, "cards") == [reference]
    assert faults(restored) == []
    database.close()
