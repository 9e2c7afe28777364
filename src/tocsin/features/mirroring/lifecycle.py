"""What follows for silences at a peer, as decisions: what to let go, what has drifted, what is new.

What somebody did at the peer is never undone: it is shown.
"""

from datetime import datetime, timedelta

from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Mode, Phase
from tocsin.features.mirroring.events import (
    DriftSeen,
    Ended,
    LiftAsked,
    MirrorEvent,
    PeerSilenceChanged,
    PeerSilenceEnded,
    PeerSilenceEvent,
    PeerSilenceSeen,
)
from tocsin.features.mirroring.state import Mirrored, PeerSilence
from tocsin.features.mirroring.terms import (
    CLOSE_ENOUGH,
    RENEWED_BEFORE,
    Drift,
    MirrorState,
    Told,
    Why,
)
from tocsin.ledger.words import Text, Words

ASKABLE = (MirrorState.ASKED, MirrorState.HELD)


def is_mirrored(mode: Mode) -> bool:
    """Whether incidents of this sort silence anything: a drill or a training never does."""
    return mode is Mode.LIVE


def is_in_hand(incident: Incident) -> bool:
    """Whether somebody has a real incident in hand, so that its alerts need not be heard."""
    is_live = is_mirrored(incident.mode)
    return is_live and incident.is_open and incident.phase is not Phase.REPORTED


def let_go(mirrored: Mirrored, *, can_be_asked: bool) -> list[MirrorEvent]:
    """Its incident is not in hand any more, or the alert is not of it any more."""
    match mirrored.state:
        case MirrorState.ENDED | MirrorState.LIFTING:
            return []
        case _:
            if mirrored.is_there and can_be_asked:
                return [LiftAsked()]
            return [Ended(why=Why.LAID_ASIDE)]


def must_be_reworded(mirrored: Mirrored, *, is_restricted: bool) -> bool:
    """Whether its comment there names an incident that must not be named."""
    return is_restricted and mirrored.names_reference and mirrored.state in ASKABLE


def compared(mirrored: Mirrored, there: Told | None, now: datetime) -> list[MirrorEvent]:
    """What the peer's list means for a silence of ours that it held."""
    if mirrored.silence is None or mirrored.state is MirrorState.ENDED:
        return []
    if there is None or there.is_over:
        return _gone(mirrored, there, now)
    if mirrored.state is not MirrorState.HELD or mirrored.is_waiting:
        return []
    if abs(there.ends_at - mirrored.ends_at) > CLOSE_ENOUGH:
        return [DriftSeen(drift=Drift.CHANGED_THERE, ends_at=there.ends_at)]
    return []


def _gone(mirrored: Mirrored, there: Told | None, now: datetime) -> list[MirrorEvent]:
    """It is not there any more: as we asked, because its end passed, or because somebody ended it."""
    if mirrored.state is MirrorState.LIFTING:
        return [Ended(why=Why.LIFTED)]
    if mirrored.is_waiting or mirrored.drift is Drift.ENDED_THERE:
        return []
    ended = there.ends_at if there is not None else now
    if mirrored.drift is Drift.CHANGED_THERE:
        return [DriftSeen(drift=Drift.ENDED_THERE, ends_at=ended)]
    if mirrored.ends_at - ended <= CLOSE_ENOUGH and mirrored.ends_at <= now + CLOSE_ENOUGH:
        return [Ended(why=Why.LAPSED)]
    return [DriftSeen(drift=Drift.ENDED_THERE, ends_at=ended)]


def should_be_renewed(mirrored: Mirrored, now: datetime) -> bool:
    """Whether it ends soon, and nobody there disagreed with it."""
    if mirrored.state is not MirrorState.HELD or mirrored.is_waiting:
        return False
    return timedelta() < mirrored.ends_at - now <= RENEWED_BEFORE


def heard(known: PeerSilence | None, there: Told, source: str) -> list[PeerSilenceEvent]:
    """What the peer tells of a silence of its own. What was over before we saw it is no news."""
    created_by, comment = Text(there.created_by), Text(there.comment)
    if known is None:
        if there.is_over:
            return []
        return [
            PeerSilenceSeen(
                source=source,
                silence=there.silence,
                matchers=there.matchers,
                starts_at=there.starts_at,
                ends_at=there.ends_at,
                created_by=created_by,
                comment=comment,
            )
        ]
    if there.is_over:
        return [PeerSilenceEnded(ended_at=there.ends_at)] if known.is_live else []
    same = (
        known.is_live,
        known.matchers,
        known.starts_at,
        known.ends_at,
        _same(known.created_by, created_by),
        _same(known.comment, comment),
    )
    if same == (True, there.matchers, there.starts_at, there.ends_at, True, True):
        return []
    return [
        PeerSilenceChanged(
            matchers=there.matchers,
            starts_at=there.starts_at,
            ends_at=there.ends_at,
            created_by=created_by,
            comment=comment,
        )
    ]


def no_longer_told(known: PeerSilence, now: datetime) -> list[PeerSilenceEvent]:
    """The peer has forgotten a silence that we knew."""
    return [PeerSilenceEnded(ended_at=min(now, known.ends_at))] if known.is_live else []


def _same(known: Words, said: Text) -> bool:
    """Erased words are not brought back by a peer that still has them."""
    return not isinstance(known, Text) or known.value == said.value
