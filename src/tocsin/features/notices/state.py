"""What a subscriber is, at one moment."""

from dataclasses import dataclass

from tocsin.features.notices.terms import Channel, Happening
from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Somebody outside who is told about incidents, from the entry `since` on."""

    since: int
    name: str
    channel: Channel
    contacts: tuple[Words, ...]
    happenings: frozenset[Happening]
    minimum_severity: int
    is_retired: bool = False

    def wants(self, happening: Happening, severity: int, seq: int) -> bool:
        """Whether they are told of this entry, about an incident of this severity (1 the worst)."""
        wanted = happening in self.happenings and severity <= self.minimum_severity
        return wanted and seq > self.since and not self.is_retired
