"""How a deed on several incidents reads: what happened, and beforehand what will."""

from typing import Final, assert_never

from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    CommanderAppointed,
    IncidentEvent,
    MergeProposed,
    TagAdded,
    TagRemoved,
)
from tocsin.features.incidents.events.bulk import BulkBegun, BulkEvent, RowHandled, RowUndone
from tocsin.features.incidents.terms import BulkDeed
from tocsin.ledger.sentence import Person, Sentence, say

DONE: Final = {
    BulkDeed.ACKNOWLEDGE: "acknowledge",
    BulkDeed.ASSIGN: "put somebody in command of",
    BulkDeed.CLOSE: "close",
    BulkDeed.TAG: "tag",
    BulkDeed.UNTAG: "take a tag off",
    BulkDeed.MERGE: "mark as perhaps the same",
}


def of_bulk(event: BulkEvent, actor: str) -> Sentence:
    """Say what happened to several incidents at once."""
    who = Person(actor)
    match event:
        case BulkBegun():
            several = "1 incident" if event.rows == 1 else f"{event.rows} incidents"
            return say(who, f" asked to {DONE[BulkDeed(event.deed)]} {several} at once.")
        case RowHandled():
            came = "changed" if event.changed else "stayed as it was"
            return say(f"Row {event.row + 1} {'was refused' if event.refusal else came}.")
        case RowUndone():
            return say(
                who, f" undid row {event.row + 1}", "." if not event.refusal else " in vain."
            )
        case _:
            assert_never(event)


def will(event: IncidentEvent, other: str) -> Sentence:
    """Say what will happen to an incident. `other` is the reference of the one it may be like."""
    match event:
        case Acknowledged():
            return say("It is acknowledged.")
        case CommanderAppointed():
            return say(Person(event.commander), " takes command.")
        case Closed():
            return say(f"It is closed as {event.actionability.replace('_', ' ')}.")
        case TagAdded():
            return say("It gets the tag ", event.tag, ".")
        case TagRemoved():
            return say("It loses the tag ", event.tag, ".")
        case MergeProposed():
            return say(f"It is marked as perhaps the same as {other}.")
        case _:
            return say("It is changed.")
