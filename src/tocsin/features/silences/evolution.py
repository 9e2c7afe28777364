"""What each event means for a silence. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.silences.events import Changed, Expired, Made, SilenceEvent
from tocsin.features.silences.state import Silence
from tocsin.ledger.entry import Recorded


def evolve(silence: Silence | None, event: SilenceEvent, on: Recorded) -> Silence:
    """The silence after one more event."""
    if isinstance(event, Made):
        return Silence(
            matchers=event.matchers,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            created_by=event.created_by,
            comment=event.comment,
            made_by=on.by.id,
            updated_at=on.at,
        )
    assert silence is not None, "the first event about a silence is Made"
    match event:
        case Changed():
            return replace(
                silence,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                created_by=event.created_by,
                comment=event.comment,
                updated_at=on.at,
            )
        case Expired():
            began = min(silence.starts_at, on.at)
            return replace(silence, starts_at=began, ends_at=on.at, updated_at=on.at)
        case _:
            assert_never(event)
