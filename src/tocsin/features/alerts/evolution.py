"""What a source is after an event. Pure."""

from typing import assert_never

from msgspec.structs import replace

from tocsin.features.alerts.events import (
    SourceChanged,
    SourceCreated,
    SourceEvent,
    SourceKeyReplaced,
    SourceRetired,
)
from tocsin.features.alerts.state import Source
from tocsin.ledger.entry import Recorded


def evolve(source: Source | None, event: SourceEvent, recorded: Recorded) -> Source:
    """The source after what happened."""
    if isinstance(event, SourceCreated):
        return Source(
            name=event.name,
            kind=event.kind,
            key_digest=event.key_digest,
            peer_url=event.peer_url,
            rate=event.rate,
            created_at=recorded.at,
            created_by=recorded.by.id,
        )
    assert source is not None, "a source exists from its creation on"
    match event:
        case SourceKeyReplaced():
            return replace(source, key_digest=event.key_digest)
        case SourceChanged():
            return replace(source, name=event.name, peer_url=event.peer_url, rate=event.rate)
        case SourceRetired():
            return replace(source, retired_at=recorded.at)
        case _:
            assert_never(event)
