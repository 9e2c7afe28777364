"""Deeds on several incidents: what they come to for one of them, and how it is undone. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.lifecycle.life import Decision, acknowledge, appoint, close
from tocsin.features.incidents.lifecycle.marks import (
    add_tag,
    give_back_command,
    propose_merge,
    remove_tag,
    withdraw_merge,
)
from tocsin.features.incidents.state import Bulk, Incident, RowResult, Tag
from tocsin.features.incidents.terms import BulkDeed
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words

UNDOABLE: Final = frozenset({BulkDeed.ASSIGN, BulkDeed.TAG, BulkDeed.UNTAG, BulkDeed.MERGE})
UNDO_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """One deed as it is meant for one incident: `tag_there` is the tag as it has it already."""

    deed: BulkDeed
    id: str
    commander: str = ""
    actionability: Actionability = Actionability.REAL
    evidence: Words | None = None
    tag: Words | None = None
    tag_there: Tag | None = None
    other: str = ""
    hints: bool = False


def do_one(incident: Incident, meant: Meant) -> Decision:
    """What the deed comes to for one incident: the same as if it were done on its own page."""
    match meant.deed:
        case BulkDeed.ACKNOWLEDGE:
            return acknowledge(incident)
        case BulkDeed.ASSIGN:
            return appoint(incident, commander=meant.commander)
        case BulkDeed.CLOSE:
            return close(incident, actionability=meant.actionability, evidence=meant.evidence)
        case BulkDeed.TAG:
            assert meant.tag is not None, "the command asks for the tag"
            return add_tag(incident, tag=meant.tag, is_there=meant.tag_there is not None)
        case BulkDeed.UNTAG:
            return remove_tag(incident, tag=meant.tag_there)
        case BulkDeed.MERGE:
            return propose_merge(incident, id=meant.id, other=meant.other, hints=meant.hints)
        case _:
            assert_never(meant.deed)


def undo_until(bulk: Bulk) -> datetime | None:
    """Until when it can be undone; None where it cannot be at all."""
    can_be = bulk.deed in UNDOABLE and any(result.changed for result in bulk.results)
    return bulk.at + timedelta(seconds=UNDO_SECONDS) if can_be else None


def must_be_undoable(bulk: Bulk, now: datetime) -> None:
    """Refuse `cannot_be_undone`, `too_late_to_undo`."""
    until = undo_until(bulk)
    if until is None:
        raise Refused("cannot_be_undone", "This cannot be undone here.")
    if now > until:
        raise Refused(
            "too_late_to_undo",
            phrase("It can be undone for %(seconds)s seconds.", seconds=UNDO_SECONDS),
        )


def undo_one(incident: Incident, bulk: Bulk, result: RowResult, *, tag_there: bool) -> Decision:
    """Undo the deed for one incident, where nobody changed it meanwhile."""
    match bulk.deed:
        case BulkDeed.ASSIGN:
            return give_back_command(incident, given=bulk.commander or "", before=result.before)
        case BulkDeed.TAG:
            tag = next((tag for tag in incident.tags if tag.seq == result.mark), None)
            return remove_tag(incident, tag=tag)
        case BulkDeed.UNTAG:
            assert bulk.tag is not None, "a tag was taken off"
            return add_tag(incident, tag=bulk.tag, is_there=tag_there)
        case BulkDeed.MERGE:
            return withdraw_merge(incident, other=bulk.other or "")
        case BulkDeed.ACKNOWLEDGE | BulkDeed.CLOSE:
            raise Refused("cannot_be_undone", "This cannot be undone here.")
        case _:
            assert_never(bulk.deed)
