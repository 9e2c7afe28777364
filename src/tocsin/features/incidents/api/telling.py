"""What is told of an incident: its situation, now and before, key moments, and the part of changes."""

from typing import Final

from litestar import Response, delete, get, post, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.setting import PRIVATE, SETTING
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import asked, showing
from tocsin.features.incidents.api.answers import (
    Answer,
    AnyRequest,
    answer,
    expected,
    names,
    version_of,
)
from tocsin.features.incidents.api.shown import SituationPage, SituationShown
from tocsin.features.incidents.commands import Over, Situated
from tocsin.features.incidents.state import Situation
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import Entry


@get("/{reference:str}/situation", sync_to_thread=True, operation_id="getSituation")
def situation(work: Given[UnitOfWork], reference: FromPath[str]) -> Response[SituationShown]:
    """Show how it stands, as somebody said last. Nobody has said anything: 404, `unknown_situation`."""
    it = commands.one(work, reference).incident.situation
    if it is None:
        raise Refused("unknown_situation", "Nobody has stated the situation yet.")
    return Response(showing.situation(it, names(work, [it.by])), headers=PRIVATE)


@route("/{reference:str}/situation", http_method=SETTING, status_code=200, sync_to_thread=True)
def state_situation(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Situation],
) -> Answer:
    """State the situation, in place of what was said before."""
    said = Situated(
        happening=data.happening,
        belief=data.belief,
        next_steps=data.next_steps,
        next_update_at=data.next_update_at,
    )
    base = expected(request, work, reference)
    over = None if data.over is None else Over(stated_at=data.over)
    done = commands.state_situation(work, reference, said, over=over, expected=base)
    return answer(work, done)


@get("/{reference:str}/situation/history", sync_to_thread=True, operation_id="listSituations")
def situations(
    work: Given[UnitOfWork],
    reference: FromPath[str],
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> Response[SituationPage]:
    """List what was said of the situation, the last first."""
    seal, listing = seal_of(work), f"situations {reference.upper()}"
    before = opened(seal, listing, cursor, int)
    found, has_more = commands.situations(work, reference, before, limit)
    known = names(work, [entry.by.id for entry in found])
    items = [showing.situation(_situation(entry), known) for entry in found]
    following = closed(seal, listing, found[-1].seq) if has_more else None
    return Response(SituationPage(items=items, next=following), headers=PRIVATE)


def _situation(entry: Entry) -> Situation:
    said = entry.event
    return Situation(
        at=entry.at,
        by=entry.by.id,
        happening=said.happening,
        belief=said.belief,
        next_steps=said.next_steps,
        next_update_at=said.next_update_at,
    )


@route(
    "/{reference:str}/timeline/{entry:str}/key-moment",
    http_method=SETTING,
    status_code=200,
    sync_to_thread=True,
)
def mark_key_moment(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    entry: FromPath[str],
    data: JSONBody[asked.KeyMoment | None] = None,  # noqa: ARG001 - an empty body may be sent, no other
) -> Answer:
    """Mark an entry of the timeline, by its id, as a key moment."""
    return _marked(request, work, reference, entry, wanted=True)


@delete("/{reference:str}/timeline/{entry:str}/key-moment", status_code=200, sync_to_thread=True)
def unmark_key_moment(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    entry: FromPath[str],
) -> Answer:
    """Take the mark of a key moment off an entry of the timeline."""
    return _marked(request, work, reference, entry, wanted=False)


def _marked(
    request: AnyRequest, work: UnitOfWork, reference: str, entry: str, *, wanted: bool
) -> Answer:
    base, version = expected(request, work, reference), version_of(work, reference, entry)
    done = commands.mark_key_moment(work, reference, entry=version, wanted=wanted, expected=base)
    return answer(work, done)


@post("/{reference:str}/changes", sync_to_thread=True)
def mark_change(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.ChangeMark],
) -> Answer:
    """Mark a change or deploy as cause, fix or suspect."""
    base, change = expected(request, work, reference), data.change
    done = commands.mark_change(
        work, reference, change=change, role=data.role, note=data.note, expected=base
    )
    return answer(work, done, status=201)


HANDLERS: Final = [
    situation,
    state_situation,
    situations,
    mark_key_moment,
    unmark_key_moment,
    mark_change,
]
