"""Counts addresses that are none of ours, by peer, so that nobody goes through them. Pure.

An address in use is never held up: it is looked up before anybody is counted.
"""

from dataclasses import dataclass, field
from typing import Final

MOST_WRONG: Final = 20
WINDOW_SECONDS: Final = 60.0
MOST_PEERS: Final = 1000


@dataclass(slots=True)
class WrongAddresses:
    """How many wrong addresses each peer named of late."""

    _named: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def is_too_many(self, peer: str, now_seconds: float) -> bool:
        """Count one more of a peer, and say whether it is over what one may name in a minute."""
        since = now_seconds - WINDOW_SECONDS
        recent = [at for at in self._named.pop(peer, []) if at > since][-MOST_WRONG:]
        self._named[peer] = [*recent, now_seconds]
        while len(self._named) > MOST_PEERS:
            del self._named[next(iter(self._named))]
        return len(recent) >= MOST_WRONG
