"""Decisions about a silence: given what it is, when something is asked, then these events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.features.silences import lifecycle
from tocsin.features.silences.events import Changed, Expired, Made, SilenceEvent
from tocsin.features.silences.evolution import evolve
from tocsin.features.silences.lifecycle import Wish
from tocsin.features.silences.sentences import sentence
from tocsin.features.silences.state import Silence
from tocsin.features.silences.terms import Matcher, Op, SilenceState
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import ERASED, Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEB = Matcher(name="service", op=Op.EQUAL, value="web")
WISH = Wish(matchers=(WEB,), starts_at=NOON, ends_at=NOON + HOUR, created_by="ops", comment="CHG-1")


def after(silence: Silence | None, *events: SilenceEvent, at: datetime = NOON) -> Silence:
    for number, event in enumerate(events):
        on = Recorded(seq=number, at=at, by=By(id="ada", kind="person"))
        silence = evolve(silence, event, on)
    assert silence is not None
    return silence


def made(wish: Wish = WISH) -> Silence:
    return after(None, *lifecycle.make(wish, NOON))


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda refusal: refusal.code == code)


def test_a_silence_holds_from_its_start_and_no_longer_at_its_end() -> None:
    silence = made(replace(WISH, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR))
    assert silence.at(NOON) is SilenceState.PENDING
    assert silence.at(NOON + HOUR) is SilenceState.ACTIVE
    assert silence.at(NOON + 2 * HOUR) is SilenceState.EXPIRED


def test_a_silence_cannot_begin_in_the_past() -> None:
    assert made(replace(WISH, starts_at=NOON - HOUR)).starts_at == NOON


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (replace(WISH, matchers=()), "bad_silence"),
        (replace(WISH, matchers=(Matcher(name="a", op=Op.MATCHES, value=".*"),)), "bad_silence"),
        (replace(WISH, matchers=(Matcher(name="a", op=Op.MATCHES, value="("),)), "bad_expression"),
        (replace(WISH, matchers=(Matcher(name="", op=Op.EQUAL, value="x"),)), "bad_matcher"),
        (replace(WISH, ends_at=NOON), "bad_silence"),
        (replace(WISH, starts_at=NOON - 2 * HOUR, ends_at=NOON - HOUR), "bad_silence"),
        (replace(WISH, created_by=" "), "author_missing"),
        (replace(WISH, comment=""), "comment_missing"),
    ],
)
def test_what_is_no_silence_is_refused(wish: Wish, code: str) -> None:
    with refused(code):
        lifecycle.make(wish, NOON)


def test_ending_it_twice_changes_nothing() -> None:
    silence = made()
    later = NOON + HOUR / 2
    assert lifecycle.expire(silence, later) == [Expired()]
    over = after(silence, Expired(), at=later)
    assert over.at(later) is SilenceState.EXPIRED
    assert lifecycle.expire(over, later) == []


def test_what_is_active_may_last_longer_but_keeps_its_beginning_and_its_matchers() -> None:
    silence, later = made(), NOON + HOUR / 2
    longer = replace(WISH, ends_at=NOON + 2 * HOUR)
    assert lifecycle.can_become(silence, longer, later)
    (changed,) = lifecycle.change(silence, longer, later)
    assert isinstance(changed, Changed)
    assert after(silence, changed, at=later).starts_at == NOON
    assert not lifecycle.can_become(silence, replace(longer, starts_at=later), later)
    other = Matcher(name="service", op=Op.EQUAL, value="cards")
    assert not lifecycle.can_become(silence, replace(longer, matchers=(other,)), later)
    assert not lifecycle.can_become(silence, longer, NOON + 3 * HOUR)


def test_changing_nothing_records_nothing() -> None:
    assert lifecycle.change(made(), WISH, NOON) == []


def test_erased_words_do_not_hinder_it() -> None:
    event = Made(
        matchers=(WEB,), starts_at=NOON, ends_at=NOON + HOUR, created_by=ERASED, comment=ERASED
    )
    assert after(None, event).at(NOON) is SilenceState.ACTIVE


@pytest.mark.parametrize(
    "event",
    [
        lifecycle.make(WISH, NOON)[0],
        Changed(starts_at=NOON, ends_at=NOON, created_by=Text("ops"), comment=Text("x")),
        Expired(),
    ],
)
def test_everything_that_happened_reads_as_a_sentence(event: SilenceEvent) -> None:
    assert sentence(event, "ada")
