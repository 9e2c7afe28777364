"""Decisions about silences at a peer: what to let go, what has drifted, what is news."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.features.mirroring import lifecycle
from tocsin.features.mirroring.events import (
    Asked,
    DriftSeen,
    Ended,
    Failed,
    Held,
    LiftAsked,
    LiftFailed,
    MirrorEvent,
    PeerSilenceChanged,
    PeerSilenceEnded,
    PeerSilenceEvent,
    PeerSilenceSeen,
)
from tocsin.features.mirroring.evolution import evolve, evolve_peer
from tocsin.features.mirroring.sentences import peer_sentence, sentence
from tocsin.features.mirroring.state import Mirrored, PeerSilence
from tocsin.features.mirroring.terms import Drift, MirrorState, Told, Why
from tocsin.features.silences.terms import Matcher, Op
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import ERASED, Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
END = NOON + 4 * HOUR
WEB = (Matcher(name="service", op=Op.EQUAL, value="web"),)
ON = Recorded(seq=0, at=NOON, by=By(id="tocsin", kind="system"))
ASKED = Asked(incident="i", alert="a", source="s", key="k", ends_at=END, names_reference=True)
HELD = Held(silence="x", ends_at=END, names_reference=True)
THERE = Told(
    silence="x",
    is_over=False,
    matchers=WEB,
    starts_at=NOON,
    ends_at=END,
    created_by="mallory",
    comment="not now",
)


def after(*events: MirrorEvent) -> Mirrored:
    mirrored: Mirrored | None = None
    for event in (ASKED, *events):
        mirrored = evolve(mirrored, event, ON)
    assert mirrored is not None
    return mirrored


def known(*events: PeerSilenceEvent) -> PeerSilence:
    silence: PeerSilence | None = None
    for event in (*lifecycle.heard(None, THERE, "s"), *events):
        silence = evolve_peer(silence, event, ON)
    assert silence is not None
    return silence


@pytest.mark.parametrize(
    ("mirrored", "events"),
    [
        (after(), [Ended(why=Why.LAID_ASIDE)]),
        (after(HELD), [LiftAsked()]),
        (after(HELD, LiftAsked()), []),
        (
            after(HELD, DriftSeen(drift=Drift.ENDED_THERE, ends_at=NOON)),
            [Ended(why=Why.LAID_ASIDE)],
        ),
        (after(HELD, DriftSeen(drift=Drift.CHANGED_THERE, ends_at=NOON)), [LiftAsked()]),
        (after(Failed(reason=ERASED)), [Ended(why=Why.LAID_ASIDE)]),
        (after(HELD, Ended(why=Why.LIFTED)), []),
    ],
)
def test_what_is_there_is_lifted_and_the_rest_laid_aside(
    mirrored: Mirrored, events: list[MirrorEvent]
) -> None:
    assert lifecycle.let_go(mirrored, can_be_asked=True) == events


def test_where_the_peer_cannot_be_asked_any_more_it_is_laid_aside() -> None:
    assert lifecycle.let_go(after(HELD), can_be_asked=False) == [Ended(why=Why.LAID_ASIDE)]


def test_agreement_is_no_news() -> None:
    rounded = replace(THERE, ends_at=END + timedelta(milliseconds=400))
    assert lifecycle.compared(after(HELD), rounded, NOON) == []


def test_what_somebody_ended_there_has_drifted_once() -> None:
    gone = replace(THERE, is_over=True, ends_at=NOON + HOUR)
    (event,) = lifecycle.compared(after(HELD), gone, NOON + HOUR)
    assert event == DriftSeen(drift=Drift.ENDED_THERE, ends_at=NOON + HOUR)
    assert lifecycle.compared(after(HELD, event), gone, NOON + HOUR) == []


def test_what_the_peer_forgot_has_drifted() -> None:
    (event,) = lifecycle.compared(after(HELD), None, NOON)
    assert event == DriftSeen(drift=Drift.ENDED_THERE, ends_at=NOON)


def test_what_reached_its_end_has_lapsed() -> None:
    gone = replace(THERE, is_over=True)
    assert lifecycle.compared(after(HELD), gone, END) == [Ended(why=Why.LAPSED)]


def test_what_was_changed_there_and_reached_that_end_is_not_made_again() -> None:
    (changed,) = lifecycle.compared(after(HELD), replace(THERE, ends_at=NOON + HOUR), NOON)
    mirrored = after(HELD, changed)
    assert mirrored.drift is Drift.CHANGED_THERE
    gone = replace(THERE, is_over=True, ends_at=NOON + HOUR)
    (ended,) = lifecycle.compared(mirrored, gone, NOON + HOUR)
    assert ended == DriftSeen(drift=Drift.ENDED_THERE, ends_at=NOON + HOUR)


def test_while_the_peer_has_not_answered_nothing_is_judged() -> None:
    renewing = evolve(after(HELD), replace(ASKED, silence="x"), ON)
    gone = replace(THERE, is_over=True, ends_at=NOON)
    assert lifecycle.compared(renewing, gone, NOON) == []


def test_it_is_renewed_in_its_last_hour_only() -> None:
    held = after(HELD)
    assert not lifecycle.should_be_renewed(held, NOON)
    assert lifecycle.should_be_renewed(held, END - HOUR)
    assert not lifecycle.should_be_renewed(held, END)
    drifted = after(HELD, DriftSeen(drift=Drift.CHANGED_THERE, ends_at=END))
    assert not lifecycle.should_be_renewed(drifted, END - HOUR)


def test_a_renewal_that_failed_leaves_what_is_held() -> None:
    renewing = evolve(after(HELD), replace(ASKED, silence="x"), ON)
    failed = evolve(renewing, Failed(reason=Text("It answered 400.")), ON)
    assert (failed.state, failed.is_there) == (MirrorState.HELD, True)
    assert after(Failed(reason=Text("x"))).state is MirrorState.FAILED


def test_what_was_over_before_we_saw_it_is_no_news() -> None:
    assert lifecycle.heard(None, replace(THERE, is_over=True), "s") == []


def test_the_peers_own_silences_are_heard_of_once() -> None:
    seen = known()
    assert (seen.is_live, seen.created_by) == (True, Text("mallory"))
    assert lifecycle.heard(seen, THERE, "s") == []
    (changed,) = lifecycle.heard(seen, replace(THERE, comment="still not"), "s")
    assert isinstance(changed, PeerSilenceChanged)
    over = replace(THERE, is_over=True, ends_at=NOON + HOUR)
    assert lifecycle.heard(seen, over, "s") == [PeerSilenceEnded(ended_at=NOON + HOUR)]
    assert lifecycle.heard(known(PeerSilenceEnded(ended_at=NOON)), over, "s") == []
    assert lifecycle.no_longer_told(seen, NOON) == [PeerSilenceEnded(ended_at=NOON)]


def test_erased_words_are_not_brought_back_by_the_peer() -> None:
    erased = replace(known(), created_by=ERASED, comment=ERASED)
    assert lifecycle.heard(erased, THERE, "s") == []


@pytest.mark.parametrize(
    "event",
    [
        ASKED,
        replace(ASKED, silence="x"),
        HELD,
        Failed(reason=ERASED),
        LiftAsked(),
        LiftFailed(reason=Text("x")),
        Ended(why=Why.LAPSED),
        DriftSeen(drift=Drift.STILL_THERE, ends_at=END),
    ],
)
def test_everything_that_happened_to_ours_reads_as_a_sentence(event: MirrorEvent) -> None:
    assert sentence(event, "tocsin")


def test_everything_that_happened_there_reads_as_a_sentence() -> None:
    (seen,) = lifecycle.heard(None, THERE, "s")
    (changed,) = lifecycle.heard(known(), replace(THERE, comment="x"), "s")
    assert isinstance(seen, PeerSilenceSeen)
    for event in (seen, changed, PeerSilenceEnded(ended_at=NOON)):
        assert peer_sentence(event, "tocsin")
