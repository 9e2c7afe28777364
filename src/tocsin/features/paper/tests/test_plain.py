"""What stands on paper is plain: times in two zones, signs that can be seen, numbers that lead on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tocsin.features.incidents.events import DecisionTaken, Declared, Noted
from tocsin.features.incidents.terms import Basis, Mode, NoteKind
from tocsin.features.paper.rules.entries import Layout, Told
from tocsin.features.paper.rules.plain import moment, text, told, words
from tocsin.ledger.entry import By
from tocsin.ledger.entry import Entry as Recorded
from tocsin.ledger.sentence import At, Link, Person, say
from tocsin.ledger.words import ERASED, Text

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "2026-11-24 03:12:00 UTC"),
        ("Europe/Berlin", "2026-11-24 04:12:00 CET (03:12:00 UTC)"),
        ("America/New_York", "2026-11-23 22:12:00 EST (2026-11-24 03:12:00 UTC)"),
    ],
)
def test_an_instant_stands_in_the_viewers_zone_with_utc_beside(zone: str, said: str) -> None:
    assert moment(NOW, ZoneInfo(zone)) == said


def test_signs_that_cannot_be_seen_are_spelled_out_and_lines_are_kept() -> None:
    assert text("one\r\ntwo\tthree\x07\u202e") == "one\ntwo    three⟦7⟧⟦202E⟧"
    assert words(ERASED) == "[erased]"


def test_a_sentence_names_people_and_records_and_tells_times() -> None:
    said = say(
        Person("ada"), " told ", Person("t9"), " of ", Link("incident", "x"), At(NOW), ERASED
    )
    assert told(said, {"ada": "Ada"}, UTC) == "Ada told t9 of x2026-11-24 03:12:00 UTC[erased]"


def recorded(version: int, event: object, late: int = 0) -> Recorded:
    at, by = NOW + timedelta(seconds=late), By(id="ada", kind="person")
    return Recorded(
        seq=version, aggregate="incident:1", version=version, kind="", at=at, by=by, event=event
    )


def test_entries_lead_to_one_another_by_the_numbers_of_this_paper() -> None:
    old = recorded(7, Noted(kind=NoteKind.NOTE, text=Text("At 3")))
    new = recorded(9, Noted(kind=NoteKind.FINDING, text=Text("At 4"), basis=Basis.TOLD), late=60)
    layout = Layout({"ada": "Ada"}, UTC, {7: 1, 9: 2})
    first = layout.entry(Told(entry=old, at=NOW, corrected_by=9))
    second = layout.entry(Told(entry=new, at=NOW, corrects=old, is_key=True))
    assert (first.number, first.head, first.said, first.struck) == (
        "1.",
        "Note, Ada",
        ("At 3",),
        True,
    )
    assert first.notes == ("Put right by no. 2.",)
    assert second.head == "Finding, Ada"
    assert second.notes == (
        "Key moment.",
        "Basis: told.",
        "Written down 2026-11-24 03:13:00 UTC.",
        "Puts right no. 1, which said: At 3",
    )


def test_of_an_entry_that_a_viewer_may_not_read_nothing_is_said() -> None:
    alone = Layout({}, UTC, {7: 1})
    one = recorded(7, Noted(kind=NoteKind.NOTE, text=Text("At 3")))
    hidden = recorded(9, Noted(kind=NoteKind.NOTE, text=Text("For legal")))
    for said in (
        Told(entry=one, at=NOW, corrected_by=9),
        Told(entry=one, at=NOW, corrects=hidden),
        Told(entry=one, at=NOW, refers=9),
    ):
        entry = alone.entry(said)
        assert (entry.notes, entry.struck) == ((), False)


def test_a_decision_says_what_was_asked_what_else_was_possible_and_by_whose_authority() -> None:
    event = DecisionTaken(
        question=Text("Fail over?"),
        choice=Text("Yes"),
        authority="commander",
        alternatives=(Text("Wait"), Text("Restart")),
        reversible_until=NOW,
    )
    entry = Layout({}, UTC, {1: 1}).entry(Told(entry=recorded(1, event), at=NOW))
    assert entry.said == ("Asked: Fail over?", "Yes", "Instead of: Wait; Restart")
    assert entry.notes == (
        "By authority of: commander.",
        "Reversible until 2026-11-24 03:12:00 UTC.",
    )


def test_what_is_no_statement_reads_as_its_sentence() -> None:
    event = Declared(
        reference="INC-1",
        ordinal=1,
        title=Text("Cards"),
        severity=2,
        mode=Mode.LIVE,
        impact_began=NOW,
        impact_basis=Basis.ESTIMATED,
    )
    entry = Layout({"ada": "Ada"}, UTC, {1: 1}).entry(Told(entry=recorded(1, event), at=NOW))
    assert entry.head == ""
    assert entry.said[0].startswith("Ada declared")
