"""On both databases one finds what a plain reading of everything finds, and nothing one may not see."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.search.commands import search, suggested
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.storage.database import Database

PLAIN = {"Zürich": "zurich", "POOL": "pool", "time": "time", "timeout": "timeout", "Ärger": "arger"}
DENSE = ("決済失敗", "失敗", "決済")
VOCABULARY = (*PLAIN, *DENSE)
EASE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass
class Told:
    """An incident as this test remembers it: title and entries as words, and who sees it."""

    reference: str
    severity: int
    entries: list[tuple[str, ...]]
    is_restricted: bool
    places: list[int]


@dataclass(frozen=True)
class Wish:
    """A word or phrase of the vocabulary that shall be there, or shall not."""

    words: tuple[str, ...]
    is_unwanted: bool = False


def person(ledger: Ledger, name: str) -> UnitOfWork:
    return UnitOfWork(ledger, holding(Role.MANAGER, By(id=name, kind="person"), name))


def declare(work: UnitOfWork, title: str, severity: int = 3, *, hidden: bool = False) -> str:
    named = ("ada",) if hidden else None
    said = Declaration(title=title, severity=severity, restricted_to=named)
    return commands.declare(work, said).incident.reference


def note(work: UnitOfWork, reference: str, text: str) -> None:
    commands.state(work, reference, Noted(kind=NoteKind.NOTE, text=Text(text)))


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def told(ledger: Ledger) -> list[Told]:
    """Thirty incidents with some entries, written in turns; a third is restricted to Ada."""
    random, ada, all_ = Random(20261124), person(ledger, "ada"), list[Told]()
    for number in range(30):
        words = tuple(random.choices(VOCABULARY, k=2))
        hidden, severity = number % 3 == 0, random.randrange(1, 5)
        reference = declare(ada, " ".join(words), severity, hidden=hidden)
        all_.append(Told(reference, severity, [words], hidden, [number]))
    for turn in range(60):
        it = random.choice(all_)
        words = tuple(random.choices(VOCABULARY, k=random.randrange(1, 5)))
        note(ada, it.reference, " ".join(words))
        it.entries.append(words)
        it.places.append(30 + turn)
    return all_


def has(entry: Sequence[str], wish: Wish) -> bool:
    """Read plainly: the words side by side; of a dense script, the signs anywhere in a stretch."""
    if wish.words[0] in DENSE:
        return any(wish.words[0] in word for word in entry if word in DENSE)
    wanted = [PLAIN[word] for word in wish.words]
    said = [PLAIN.get(word, "") for word in entry]
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said)))


def expected(told: list[Told], wishes: Sequence[Wish], *, sees_all: bool) -> set[str]:
    wanted = [wish for wish in wishes if not wish.is_unwanted]
    unwanted = [wish for wish in wishes if wish.is_unwanted]
    return {
        it.reference
        for it in told
        if (sees_all or not it.is_restricted)
        and any(
            all(has(entry, wish) or has(it.entries[0], wish) for wish in wanted)
            for entry in it.entries
        )
        and not any(has(entry, wish) for entry in it.entries for wish in unwanted)
    }


def line(wishes: Sequence[Wish]) -> str:
    spelled = [f'{"-" * wish.is_unwanted}"{" ".join(wish.words)}"' for wish in wishes]
    return " ".join(spelled)


WORD = st.tuples(st.sampled_from(VOCABULARY))
PHRASE = st.tuples(st.sampled_from(sorted(PLAIN)), st.sampled_from(sorted(PLAIN)))
WISHES = st.lists(st.builds(Wish, st.one_of(WORD, PHRASE), st.booleans()), min_size=1, max_size=3)


@EASE
@given(wishes=WISHES)
def test_one_finds_what_reading_everything_finds(
    ledger: Ledger, told: list[Told], wishes: list[Wish]
) -> None:
    for name, sees_all in (("ada", True), ("eve", False)):
        page = search(person(ledger, name), line(wishes), limit=50)
        references = [one.row.reference for one in page.found]
        assert len(references) == len(set(references))
        assert set(references) == expected(told, wishes, sees_all=sees_all)
        assert page.next is None


def test_pages_hold_each_incident_once_and_the_newest_first(
    ledger: Ledger, told: list[Told]
) -> None:
    for name, sees_all in (("ada", True), ("eve", False)):
        work, seen = person(ledger, name), list[str]()
        before: int | None = None
        while True:
            page = search(work, "time", before=before, limit=3)
            seen += [one.row.reference for one in page.found]
            before = page.next
            if before is None:
                break
        visible = [it for it in told if sees_all or not it.is_restricted]
        newest = {it.reference: newest_place(it, "time") for it in visible}
        fits = [reference for reference, place in newest.items() if place is not None]
        assert seen == sorted(fits, key=lambda one: -(newest[one] or 0))


def newest_place(it: Told, beginning: str) -> int | None:
    """Where the newest entry stands by which it is found: any, if it is in the title."""
    fits = [any(word.startswith(beginning) for word in entry) for entry in it.entries]
    if fits[0]:
        return it.places[-1]
    return max((place for place, fit in zip(it.places, fits, strict=True) if fit), default=None)


def test_filters_cut_down_what_is_found(ledger: Ledger, told: list[Told]) -> None:
    work = person(ledger, "ada")
    for severity in (1, 2, 3, 4):
        found_ = {one.row.reference for one in search(work, f"sev:{severity}", limit=50).found}
        assert found_ == {it.reference for it in told if it.severity == severity}
        others = {one.row.reference for one in search(work, f"-sev:{severity}", limit=50).found}
        assert others == {it.reference for it in told} - found_
    assert search(work, "state:over", limit=50).found == []
    assert len(search(work, "state:open commander:none mode:live", limit=50).found) == len(told)


def test_incidents_are_found_by_who_leads_them_and_when_they_were_declared(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    ada = person(ledger, "ada")
    early = declare(ada, "Early")
    clock.advance(timedelta(days=2))
    late = declare(ada, "Late")
    commands.appoint(ada, late, commander="ada")

    def lines(asked: str) -> list[str]:
        return [one.row.reference for one in search(ada, asked, limit=9).found]

    assert lines("before:2026-11-25") == [early]
    assert lines("after:2026-11-25") == [late]
    assert lines("commander:me") == [late]
    assert lines("-commander:me") == [early]
    assert lines("commander:none") == [early]
    assert lines(early.lower()) == [early]
    assert lines("") == []


HOSTILE = (
    '"',
    '""" OR 1=1 --',
    "'; DROP TABLE incident_words; --",
    "NEAR(a b, 10) OR c NOT d",
    "title : ^x* {a b} : c",
    "a:* | !b <-> c & (d",
    "%_\\%",
    "\0x\0",
    "\ud800",
    "-",
    "- -- ---",
    "sev:",
    "x" * 10_000,
    "決" * 10_000,
    '"' * 10_000,
    "\u202e\u200b\ufeff",
    "🦀🦀 🦀",
    "*" * 5000,
)


@pytest.mark.parametrize("asked", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_a_line_is_an_operator(ledger: Ledger, asked: str) -> None:
    ada = person(ledger, "ada")
    reference = declare(ada, "Cards refused")
    search(ada, asked, limit=5)
    search(ada, f"cards {asked}", limit=5)
    search(ada, f"cards -{asked}", limit=5)
    assert [one.row.reference for one in search(ada, "cards", limit=5).found] == [reference]


def test_hostile_words_are_found_as_words(ledger: Ledger) -> None:
    ada = person(ledger, "ada")
    reference = declare(ada, "Cards")
    for text in ("'; DROP TABLE incident_words; --", "AND OR NOT NEAR", "決" * 3000, "x" * 9000):
        note(ada, reference, text)
    for asked in ("drop table", '"and or not near"', "決決決決 ", "x" * 9000):
        assert [one.row.reference for one in search(ada, asked, limit=5).found] == [reference]


@EASE
@given(asked=st.text(max_size=100))
def test_any_line_is_answered_or_refused(ledger: Ledger, told: list[Told], asked: str) -> None:
    assert told
    with suppress(Refused):
        search(person(ledger, "eve"), asked, limit=5)


def test_what_is_restricted_later_is_found_no_more_and_again_when_it_is_lifted(
    ledger: Ledger,
) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    reference = declare(ada, "Canary")
    note(ada, reference, "kanarienvogel")

    def lines(work: UnitOfWork) -> list[str]:
        return [one.row.reference for one in search(work, "kanarienvogel", limit=9).found]

    assert lines(eve) == [reference]
    commands.restrict(ada, reference, named=("ada",), reason="privacy")
    assert lines(eve) == []
    assert suggested(eve, reference, limit=9) == []
    assert lines(ada) == [reference]
    commands.lift_restriction(ada, reference, reason="over")
    assert lines(eve) == [reference]


def test_the_same_is_asked_of_the_database_whatever_is_hidden(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    asked: list[tuple[str, object]] = []

    def keep(*given: object) -> None:
        asked.append((str(given[2]), given[3]))

    event.listen(ledger.database.engine, "before_cursor_execute", keep)
    search(eve, "kanarienvogel", limit=5)
    without, asked[:] = asked.copy(), []
    hidden = declare(ada, "Kanarienvogel", hidden=True)
    note(ada, hidden, "kanarienvogel")
    asked.clear()
    assert search(eve, "kanarienvogel", limit=5).found == []
    assert asked == without


def test_a_title_that_changed_is_what_it_is_found_by(ledger: Ledger) -> None:
    ada = person(ledger, "ada")
    reference = declare(ada, "Cards")
    note(ada, reference, "pool drained")
    (one,) = search(ada, "cards drained", limit=5).found
    assert "".join(piece.text for piece in one.excerpt) == "pool drained"
    assert [piece.text for piece in one.title if piece.is_match] == ["Cards"]


def test_statements_of_every_sort_are_found(ledger: Ledger) -> None:
    ada = person(ledger, "ada")
    reference = declare(ada, "Cards")
    commands.acknowledge(ada, reference)
    commands.mitigate(ada, reference, how="Rolled back cfg-8841")
    commands.resolve(ada, reference, how="Pool enlarged")
    for asked in ("cfg-8841", "enlarged"):
        assert [one.row.reference for one in search(ada, asked, limit=5).found] == [reference]
