"""What each event means for a deed on several incidents. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.incidents.events.bulk import BulkBegun, BulkEvent, RowHandled, RowUndone
from tocsin.features.incidents.state import Bulk, RowResult
from tocsin.ledger.entry import Recorded


def evolve_bulk(bulk: Bulk | None, event: BulkEvent, on: Recorded) -> Bulk:
    """The deed after one more event."""
    if isinstance(event, BulkBegun):
        return Bulk(
            deed=event.deed,
            rows=event.rows,
            by=on.by.id,
            at=on.at,
            commander=event.commander,
            actionability=event.actionability,
            other=event.other,
            tag=event.tag,
        )
    assert bulk is not None, "a deed begins before its rows"
    match event:
        case RowHandled():
            return replace(bulk, at=on.at, results=(*bulk.results, _result(event)))
        case RowUndone():
            results = tuple(_undone(result, event) for result in bulk.results)
            return replace(bulk, results=results)
        case _:
            assert_never(event)


def _result(event: RowHandled) -> RowResult:
    return RowResult(
        row=event.row,
        incident=event.incident,
        changed=event.changed,
        refusal=event.refusal,
        reason=event.reason,
        before=event.before,
        mark=event.mark,
    )


def _undone(result: RowResult, event: RowUndone) -> RowResult:
    if result.row != event.row:
        return result
    return replace(
        result, undone=event.refusal is None, undo_refusal=event.refusal, undo_reason=event.reason
    )
