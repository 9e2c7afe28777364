"""One deed on several incidents: foreseen, done one by one, and undone together.

Each incident is a change of its own: a refusal holds for one and stops no other. What came of each is
kept in the same change, so that the same request sent again does only what is left to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands.deciding import Shown, find, words
from tocsin.features.incidents.commands.roles import obstacle_to
from tocsin.features.incidents.commands.stating import must_be_people_in
from tocsin.features.incidents.events import IncidentEvent, TagAdded
from tocsin.features.incidents.events.bulk import BulkBegun, RowHandled, RowUndone
from tocsin.features.incidents.lifecycle import Meant
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.rows.bulk import BULK, called
from tocsin.features.incidents.rules.eligibility import must_be_none
from tocsin.features.incidents.rules.tags import tag_of
from tocsin.features.incidents.state import Bulk, Incident, RowResult, Tag
from tocsin.features.incidents.terms import BulkDeed
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text, Words

MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWish:
    """One deed, and the incidents (by reference) that it is meant for. `other` is a reference."""

    deed: BulkDeed
    references: tuple[str, ...]
    commander: str = ""
    actionability: Actionability | None = None
    evidence: str = ""
    tag: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What would happen to one incident: these events, nothing, or a refusal."""

    reference: str
    title: str | None
    events: tuple[IncidentEvent, ...] = ()
    refused: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone:
    """A deed as it was done. `names` has reference and title of each incident that may be seen."""

    id: str
    bulk: Bulk
    names: dict[str, tuple[str, str]]
    undo_until: datetime | None


def foresee(work: UnitOfWork, wish: BulkWish) -> list[Foreseen]:
    """What would happen to each incident, now. Nothing is recorded."""
    work.actor.must_be_allowed_to(Permission.RESPOND)
    with work.look(Permission.SEE_INCIDENTS) as look:
        other = _checked(look, wish)
        return [_foreseen(look, wish, other, reference) for reference in wish.references]


def carry_out(work: UnitOfWork, wish: BulkWish) -> str:
    """Do it to each incident; answers the id under which the results are found."""
    id_ = _begun(work, wish)
    each = replace(work, once=None)
    for row, reference in enumerate(wish.references):
        with each.change(Permission.RESPOND) as change:
            bulk = change.load(BULK, id_)
            if all(result.row != row for result in bulk.results):
                change.record(BULK, id_, [_handled(change, wish, bulk.other, row, reference)])
    return id_


def done(work: UnitOfWork, id: str) -> BulkDone:
    """What came of a deed of one's own. Refuses `unknown_bulk`."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        bulk, _ = look.load_versioned(BULK, id)
        _must_be_own(bulk, work, id)
        ids = {result.incident for result in bulk.results if result.incident}
        until = lifecycle.undo_until(bulk)
        return BulkDone(id=id, bulk=bulk, names=called(look, ids), undo_until=until)


def undo(work: UnitOfWork, id: str) -> None:
    """Undo it for each incident that it changed. Refuses `cannot_be_undone`, `too_late_to_undo`."""
    each = replace(work, once=None)
    with each.change(Permission.RESPOND) as change:
        bulk = change.load(BULK, id)
        _must_be_own(bulk, work, id)
        lifecycle.must_be_undoable(bulk, change.now)
    for result in bulk.results:
        with each.change(Permission.RESPOND) as change:
            now = _of_row(change.load(BULK, id), result.row)
            if now.changed and not now.undone and now.undo_refusal is None:
                change.record(BULK, id, [_undone(change, bulk, now)])


def _begun(work: UnitOfWork, wish: BulkWish) -> str:
    with work.change(Permission.RESPOND) as change:
        if change.earlier is not None:
            return change.earlier
        other = _checked(change, wish)
        id_ = new_id(change.now)
        begun = BulkBegun(
            deed=wish.deed,
            rows=len(wish.references),
            commander=wish.commander or None,
            actionability=wish.actionability,
            other=other.id if other else None,
            tag=Text(tag_of(wish.tag)) if wish.tag else None,
        )
        change.record(BULK, id_, [begun])
        change.concerns(id_)
        return id_


def _checked(where: Look | WorkChange, wish: BulkWish) -> Shown | None:
    """The other incident, where one is named; refuses what holds for no row at all."""
    if not wish.references:
        raise Refused("rows_missing", "Select at least one incident.")
    if len(wish.references) > MOST_ROWS:
        raise Refused("too_many_rows", phrase("Select %(most)s incidents at most.", most=MOST_ROWS))
    match wish.deed:
        case BulkDeed.ASSIGN:
            must_be_people_in(where, [wish.commander])
        case BulkDeed.TAG | BulkDeed.UNTAG:
            tag_of(wish.tag)
        case BulkDeed.CLOSE if wish.actionability is None:
            raise Refused("actionability_missing", "Say whether there was anything to do.")
        case BulkDeed.MERGE:
            return find(where, wish.other.strip())
        case BulkDeed.ACKNOWLEDGE | BulkDeed.CLOSE:
            pass
    return None


def _foreseen(look: Look, wish: BulkWish, other: Shown | None, reference: str) -> Foreseen:
    try:
        shown = find(look, reference)
    except Refused as refused:
        return Foreseen(reference=reference, title=None, refused=refused)
    title = called(look, [shown.id])[shown.id][1]
    try:
        events = _decided(look, shown, wish, other)
    except Refused as refused:
        return Foreseen(reference=reference, title=title, refused=refused)
    return Foreseen(reference=reference, title=title, events=tuple(events))


def _handled(
    change: WorkChange, wish: BulkWish, other: str | None, row: int, reference: str
) -> RowHandled:
    """Do it to one incident, in a change under way; a refusal is what came of it."""
    try:
        shown = find(change, reference)
        events = _decided(change, shown, wish, _other(change, other))
    except Refused as refused:
        return RowHandled(row=row, refusal=refused.code, reason=Text(str(refused.reason)))
    after = change.record(INCIDENT, shown.id, events) if events else shown.incident
    is_new = any(isinstance(event, TagAdded) for event in events)
    return RowHandled(
        row=row,
        incident=shown.id,
        changed=bool(events),
        before=shown.incident.commander,
        mark=after.tags[-1].seq if is_new else None,
    )


def _other(change: WorkChange, id_: str | None) -> Shown | None:
    if id_ is None:
        return None
    incident, version = change.load_versioned(INCIDENT, id_)
    return Shown(id=id_, version=version, incident=incident)


def _decided(
    where: Look | WorkChange, shown: Shown, wish: BulkWish, other: Shown | None
) -> lifecycle.Decision:
    if wish.deed is BulkDeed.ASSIGN and wish.commander != where.actor.person:
        must_be_none(obstacle_to(where, shown.incident, wish.commander))
    tag = tag_of(wish.tag) if wish.deed in (BulkDeed.TAG, BulkDeed.UNTAG) else ""
    meant = Meant(
        deed=wish.deed,
        id=shown.id,
        commander=wish.commander,
        actionability=wish.actionability or Actionability.REAL,
        evidence=words(wish.evidence),
        tag=Text(tag),
        tag_there=_tag(shown.incident, Text(tag)),
        other=other.id if other else "",
        hints=other is not None and _sees_more(shown.incident, other.incident),
    )
    return lifecycle.do_one(shown.incident, meant)


def _sees_more(incident: Incident, other: Incident) -> bool:
    """Whether somebody may see the one and not the other."""
    if other.restricted_to is None:
        return False
    return incident.restricted_to is None or not incident.restricted_to <= other.restricted_to


def _tag(incident: Incident, tag: Words | None) -> Tag | None:
    return next((one for one in incident.tags if one.name == tag), None)


def _undone(change: WorkChange, bulk: Bulk, result: RowResult) -> RowUndone:
    id_ = result.incident or ""
    try:
        incident = change.load(INCIDENT, id_)
        is_there = _tag(incident, bulk.tag) is not None
        events = lifecycle.undo_one(incident, bulk, result, tag_there=is_there)
    except Refused as refused:
        return RowUndone(row=result.row, refusal=refused.code, reason=Text(str(refused.reason)))
    if events:
        change.record(INCIDENT, id_, events)
    return RowUndone(row=result.row)


def _of_row(bulk: Bulk, row: int) -> RowResult:
    return next(_rows(bulk, row))


def _rows(bulk: Bulk, row: int) -> Iterator[RowResult]:
    return (result for result in bulk.results if result.row == row)


def _must_be_own(bulk: Bulk, work: UnitOfWork, id_: str) -> None:
    if bulk.by != work.actor.by.id:
        raise Refused("unknown_bulk", phrase("There is no bulk %(id)s.", id=id_))
