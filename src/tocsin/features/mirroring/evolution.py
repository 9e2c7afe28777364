"""What each event means for a silence of ours at a peer, and for one of the peer's own. Pure."""

from dataclasses import replace
from typing import assert_never

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
from tocsin.features.mirroring.state import Mirrored, PeerSilence
from tocsin.features.mirroring.terms import Drift, MirrorState
from tocsin.ledger.entry import Recorded


def evolve(mirrored: Mirrored | None, event: MirrorEvent, _: Recorded) -> Mirrored:
    """Our silence after one more event."""
    if isinstance(event, Asked):
        return _asked(mirrored, event)
    assert mirrored is not None, "the first event about a silence of ours is Asked"
    match event:
        case Held():
            return replace(
                mirrored,
                state=MirrorState.HELD,
                silence=event.silence,
                ends_at=event.ends_at,
                names_reference=event.names_reference,
                is_waiting=False,
                drift=None,
                reason=None,
            )
        case Failed():
            state = mirrored.state if mirrored.silence else MirrorState.FAILED
            return replace(mirrored, state=state, is_waiting=False, reason=event.reason)
        case LiftAsked():
            asking = mirrored.asking + 1
            return replace(mirrored, state=MirrorState.LIFTING, asking=asking, is_waiting=True)
        case LiftFailed():
            failed = replace(mirrored, state=MirrorState.DRIFTED, drift=Drift.STILL_THERE)
            return replace(failed, is_waiting=False, reason=event.reason)
        case Ended():
            return replace(mirrored, state=MirrorState.ENDED, is_waiting=False)
        case DriftSeen():
            drifted = replace(mirrored, state=MirrorState.DRIFTED, drift=event.drift)
            return replace(drifted, ends_at=event.ends_at, is_waiting=False)
        case _:
            assert_never(event)


def _asked(mirrored: Mirrored | None, event: Asked) -> Mirrored:
    if mirrored is not None:
        return replace(
            mirrored,
            asking=mirrored.asking + 1,
            is_waiting=True,
            names_reference=event.names_reference,
        )
    return Mirrored(
        incident=event.incident,
        alert=event.alert,
        source=event.source,
        key=event.key,
        state=MirrorState.ASKED,
        ends_at=event.ends_at,
        names_reference=event.names_reference,
        silence=event.silence,
    )


def evolve_peer(silence: PeerSilence | None, event: PeerSilenceEvent, _: Recorded) -> PeerSilence:
    """The peer's silence after one more event."""
    if isinstance(event, PeerSilenceSeen):
        return PeerSilence(
            source=event.source,
            silence=event.silence,
            matchers=event.matchers,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            created_by=event.created_by,
            comment=event.comment,
        )
    assert silence is not None, "the first event about a peer's silence is Seen"
    match event:
        case PeerSilenceChanged():
            return replace(
                silence,
                matchers=event.matchers,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                created_by=event.created_by,
                comment=event.comment,
                ended_at=None,
            )
        case PeerSilenceEnded():
            return replace(silence, ended_at=event.ended_at)
        case _:
            assert_never(event)
