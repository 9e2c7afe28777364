"""What is for an audience alone changes nothing that others see, and leaves no gap."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.access.policy import TOCSIN, Audience, Role, holding
from tocsin.access.visibility import audience_of, may_read
from tocsin.features.incidents.events import (
    DecisionTaken,
    Declared,
    IncidentEvent,
    KeyMomentMarked,
    Noted,
)
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.lifecycle import mark_key_moment, state
from tocsin.features.incidents.rules.asides import Naming, kept, must_be_in
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, Mode, NoteKind
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import Text

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
BY = By(id="lea", kind="person")
LEGAL, SECURITY = Audience.LEGAL, Audience.SECURITY

audiences = st.sampled_from([None, None, LEGAL, SECURITY])


def incident() -> Incident:
    declared = Declared(
        reference="INC-1",
        ordinal=1,
        title=Text("Cards refused"),
        severity=2,
        mode=Mode.LIVE,
        impact_began=NOW,
        impact_basis=Basis.ESTIMATED,
    )
    return evolve(None, declared, Recorded(seq=1, at=NOW, by=BY))


@given(st.lists(audiences, max_size=40))
def test_every_entry_has_a_name_and_every_name_means_its_entry(
    whose: list[Audience | None],
) -> None:
    each = list(enumerate(whose, 1))
    naming = Naming(tuple((version, one) for version, one in each if one is not None))
    names = [naming.name_of(version) for version, _ in each]
    assert [naming.version_of(name) for name in names] == [version for version, _ in each]
    for audience in (None, *Audience):
        theirs = [name for name, one in zip(names, whose, strict=True) if one == audience]
        prefix = "" if audience is None else f"{audience}-"
        assert theirs == [f"{prefix}{number}" for number in range(1, len(theirs) + 1)]


@pytest.mark.parametrize("name", ["legal-0", "legal-2", "security-1", "marketing-1"])
def test_a_name_that_means_nothing_names_nothing(name: str) -> None:
    assert Naming(((3, LEGAL),)).version_of(name) is None


@given(audiences, st.frozensets(st.sampled_from(Audience)))
def test_an_entry_is_read_by_everybody_or_by_its_audience(
    audience: Audience | None, reads: frozenset[Audience]
) -> None:
    assert may_read(audience, reads) is (audience is None or audience in reads)


def test_no_role_reads_for_an_audience_and_tocsin_itself_for_all() -> None:
    assert all(holding(role, BY, "lea").reads == frozenset() for role in Role)
    assert holding(Role.OBSERVER, BY, "lea", [LEGAL]).reads == {LEGAL}
    assert TOCSIN.reads == frozenset(Audience)


def test_what_is_for_an_audience_changes_only_the_number_of_such_entries() -> None:
    before = incident()
    events: list[IncidentEvent] = [
        Noted(kind=NoteKind.NOTE, text=Text("x"), audience=LEGAL),
        DecisionTaken(question=Text("x"), choice=Text("y"), authority="z", audience=SECURITY),
        KeyMomentMarked(entry=2, audience=LEGAL),
    ]
    after = before
    for nth, event in enumerate(events, 1):
        later = Recorded(seq=1 + nth, at=NOW + timedelta(hours=nth), by=BY)
        after = evolve(after, event, later)
        assert after.asides == nth
        assert after.updated_at == before.updated_at
    assert audience_of(events[0]) is LEGAL


def test_a_status_update_is_for_everybody() -> None:
    said = Noted(kind=NoteKind.STATUS_UPDATE, text=Text("x"), audience=LEGAL)
    with pytest.raises(Refused) as refused:
        state(said, NOW)
    assert refused.value.code == "bad_audience"


def test_one_writes_for_an_audience_that_one_is_in() -> None:
    must_be_in(None, ())
    must_be_in(LEGAL, {LEGAL})
    with pytest.raises(Refused) as refused:
        must_be_in(LEGAL, {SECURITY})
    assert refused.value.code == "not_in_audience"


def test_a_correction_keeps_the_audience_and_takes_no_other() -> None:
    assert kept(None, LEGAL) is LEGAL
    assert kept(LEGAL, LEGAL) is LEGAL
    assert kept(None, None) is None
    for wanted, of_old in ((LEGAL, None), (SECURITY, LEGAL)):
        with pytest.raises(Refused) as refused:
            kept(wanted, of_old)
        assert refused.value.code == "bad_audience"


def test_the_mark_of_a_key_moment_is_for_whom_the_entry_is() -> None:
    [marked] = mark_key_moment(7, is_key=False, wanted=True, audience=LEGAL)
    assert audience_of(marked) is LEGAL
