"""What can have happened to a silence of ours at a peer, and to a silence of the peer's own.

A peer is the Alertmanager behind a source. That a silence's end passed is no event of the peer's.
"""

from datetime import datetime

from tocsin.features.mirroring.terms import Drift, Why
from tocsin.features.silences.terms import Matcher
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("mirroring.asked")
class Asked:
    """The peer was asked to silence an alert, or to let the silence last longer (`silence`).

    `key` is the alert's label set within its source. `names_reference` tells whether the comment
    there names the incident.
    """

    incident: str
    alert: str
    source: str
    key: str
    ends_at: datetime
    names_reference: bool
    silence: str | None = None


@event("mirroring.held")
class Held:
    """The peer holds the silence, under this id and until this instant."""

    silence: str
    ends_at: datetime
    names_reference: bool


@event("mirroring.failed")
class Failed:
    """The peer could not be brought to do it."""

    reason: Words


@event("mirroring.lift_asked")
class LiftAsked:
    """The peer was asked to end the silence."""


@event("mirroring.lift_failed")
class LiftFailed:
    """The peer could not be brought to end it: it lasts until its end."""

    reason: Words


@event("mirroring.ended")
class Ended:
    """Our silence is no more."""

    why: Why


@event("mirroring.drift_seen")
class DriftSeen:
    """Somebody ended or changed our silence there. We show it, and do not make it again."""

    drift: Drift
    ends_at: datetime


MirrorEvent = Asked | Held | Failed | LiftAsked | LiftFailed | Ended | DriftSeen


@event("peer.recovery_seen")
class RecoverySeen:
    """The monitor behind a source, when asked, did not list these silenced alerts any more."""

    alerts: tuple[str, ...]


@event("peer_silence.seen")
class PeerSilenceSeen:
    """Somebody silenced alerts at the peer. The words are the peer's."""

    source: str
    silence: str
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: Words
    comment: Words


@event("peer_silence.changed")
class PeerSilenceChanged:
    """Somebody changed it there."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: Words
    comment: Words


@event("peer_silence.ended")
class PeerSilenceEnded:
    """It is over there: its end passed, or somebody ended it before."""

    ended_at: datetime


PeerSilenceEvent = PeerSilenceSeen | PeerSilenceChanged | PeerSilenceEnded
