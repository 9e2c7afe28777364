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
from tocsin.foundation.phrase import phrase, term
from tocsin.ledger.sentence import Person, Sentence, Value, say

DONE: Final = {
    BulkDeed.ACKNOWLEDGE: phrase("acknowledge"),
    BulkDeed.ASSIGN: phrase("put somebody in command of"),
    BulkDeed.CLOSE: phrase("close"),
    BulkDeed.TAG: phrase("tag"),
    BulkDeed.UNTAG: phrase("take a tag off"),
    BulkDeed.MERGE: phrase("mark as perhaps the same"),
}


def of_bulk(event: BulkEvent, actor: str) -> Sentence:
    """Say what happened to several incidents at once."""
    who = Person(actor)
    match event:
        case BulkBegun():
            deed = DONE[BulkDeed(event.deed)]
            if event.rows == 1:
                return say(who, " asked to ", deed, " 1 incident at once.")
            return say(who, " asked to ", deed, " ", event.rows, " incidents at once.")
        case RowHandled():
            return _row(event)
        case RowUndone():
            row = event.row + 1
            if event.refusal:
                return say(who, " undid row ", row, " in vain.")
            return say(who, " undid row ", row, ".")
        case _:
            assert_never(event)


def _row(event: RowHandled) -> Sentence:
    row = event.row + 1
    if event.refusal:
        return say("Row ", row, " was refused.")
    if event.changed:
        return say("Row ", row, " changed.")
    return say("Row ", row, " stayed as it was.")


def will(event: IncidentEvent, other: str) -> Sentence:
    """Say what will happen to an incident. `other` is the reference of the one it may be like."""
    match event:
        case Acknowledged():
            return say("It is acknowledged.")
        case CommanderAppointed():
            return say(Person(event.commander), " takes command.")
        case Closed():
            return say("It is closed as ", term(event.actionability), ".")
        case TagAdded():
            return say("It gets the tag ", event.tag, ".")
        case TagRemoved():
            return say("It loses the tag ", event.tag, ".")
        case MergeProposed():
            return say("It is marked as perhaps the same as ", Value(other), ".")
        case _:
            return say("It is changed.")
