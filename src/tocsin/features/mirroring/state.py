"""What a silence of ours at a peer is, and one of the peer's own, at one moment."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.features.mirroring.terms import Drift, MirrorState
from tocsin.features.silences.terms import Matcher
from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """A silence of ours at a peer.

    `silence` is its id there. `asking` counts what was asked: only the latest asking may be said.
    `is_waiting` tells that the peer has not answered yet.
    """

    incident: str
    alert: str
    source: str
    key: str
    state: MirrorState
    ends_at: datetime
    names_reference: bool
    asking: int = 1
    is_waiting: bool = True
    silence: str | None = None
    drift: Drift | None = None
    reason: Words | None = None

    @property
    def is_there(self) -> bool:
        """Whether the peer may hold it, so that it would have to be lifted."""
        if self.silence is None or self.state is MirrorState.ENDED:
            return False
        return self.drift is not Drift.ENDED_THERE


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSilence:
    """A silence that somebody made at a peer."""

    source: str
    silence: str
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: Words
    comment: Words
    ended_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether the peer still has it."""
        return self.ended_at is None
