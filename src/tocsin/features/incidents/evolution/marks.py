"""What tags and other marks mean."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.incidents.events.marks import (
    CommandTakenBack,
    MarkEvent,
    MergeProposalWithdrawn,
    MergeProposed,
    TagAdded,
    TagRemoved,
)
from tocsin.features.incidents.state import Incident, Tag
from tocsin.ledger.entry import Recorded


def marked(incident: Incident, event: MarkEvent, on: Recorded) -> Incident:
    """The incident with a mark more, or less."""
    match event:
        case TagAdded():
            return replace(incident, tags=(*incident.tags, Tag(seq=on.seq, name=event.tag)))
        case TagRemoved():
            tags = tuple(tag for tag in incident.tags if tag.seq != event.added)
            return replace(incident, tags=tags)
        case MergeProposed():
            others = dict.fromkeys((*incident.perhaps_same, event.other))
            return replace(incident, perhaps_same=tuple(others))
        case MergeProposalWithdrawn():
            kept = tuple(other for other in incident.perhaps_same if other != event.other)
            return replace(incident, perhaps_same=kept)
        case CommandTakenBack():
            return replace(incident, commander=None, commander_since=None)
        case _:
            assert_never(event)
