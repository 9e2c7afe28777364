"""Saved views, deeds on several incidents, and exports: what is done with lists."""

from datetime import UTC
from typing import Final

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from tocsin.access.work import UnitOfWork
from tocsin.api.setting import PRIVATE
from tocsin.api.told import person, plain, told
from tocsin.features.incidents import commands, lifecycle, sentences
from tocsin.features.incidents.api import asked_lists as asked
from tocsin.features.incidents.api.answers import names
from tocsin.features.incidents.api.shown_lists import (
    BulkShown,
    Outcome,
    RowShown,
    ViewShown,
    ViewsShown,
)
from tocsin.features.incidents.commands import BulkWish, Foreseen, ViewWish
from tocsin.features.incidents.rows.views import ViewRow
from tocsin.features.incidents.rules.query import read_spelled
from tocsin.features.incidents.state import RowResult
from tocsin.features.incidents.terms import ViewAudience
from tocsin.ledger.words import shown


@get("/views", sync_to_thread=True, operation_id="listViews")
def views(work: Given[UnitOfWork]) -> Response[ViewsShown]:
    """List the saved views that one sees: one's own, those of one's teams, everybody's."""
    found = commands.saved_views(work)
    return Response(ViewsShown(items=[_view(work, view) for view in found]), headers=PRIVATE)


@post("/views", sync_to_thread=True, operation_id="saveView")
def save(work: Given[UnitOfWork], data: JSONBody[asked.ViewAsked]) -> ViewShown:
    """Keep a list under a name."""
    wish = ViewWish(name=data.name, query=data.query, audience=data.audience, team=data.team)
    return _view(work, commands.one_view(work, commands.save_view(work, wish)))


@patch("/views/{view:str}", sync_to_thread=True, operation_id="renameView")
def rename(
    work: Given[UnitOfWork], view: FromPath[str], data: JSONBody[asked.ViewName]
) -> ViewShown:
    """Give a view another name."""
    commands.rename_view(work, view, data.name)
    return _view(work, commands.one_view(work, view))


@delete("/views/{view:str}", sync_to_thread=True, operation_id="deleteView")
def forget(work: Given[UnitOfWork], view: FromPath[str]) -> None:
    """List a view no more."""
    commands.delete_view(work, view)


@post("/bulk", sync_to_thread=True, status_code=200, operation_id="doInBulk")
def bulk(work: Given[UnitOfWork], data: JSONBody[asked.BulkAsked]) -> Response[BulkShown]:
    """Do one thing to several incidents, each for itself; or only try it, with `dry_run`."""
    wish = BulkWish(
        deed=data.deed,
        references=tuple(dict.fromkeys(data.references)),
        commander=data.commander or "",
        actionability=data.actionability,
        evidence=data.evidence or "",
        tag=data.tag or "",
        other=data.other or "",
    )
    if data.dry_run:
        return Response(_tried(work, wish, commands.foresee(work, wish)), headers=PRIVATE)
    return Response(_done(work, commands.carry_out(work, wish)), headers=PRIVATE)


@get("/bulk/{id:str}", sync_to_thread=True, operation_id="getBulk")
def results(work: Given[UnitOfWork], id: FromPath[str]) -> Response[BulkShown]:
    """Show what came of something that one did to several incidents."""
    return Response(_done(work, id), headers=PRIVATE)


@delete("/bulk/{id:str}", sync_to_thread=True, status_code=200, operation_id="undoBulk")
def undo(work: Given[UnitOfWork], id: FromPath[str]) -> Response[BulkShown]:
    """Undo it for all that it changed, within a minute."""
    commands.undo(work, id)
    return Response(_done(work, id), headers=PRIVATE)


@post("/exports", sync_to_thread=True, status_code=200, operation_id="exportIncidents")
def export(work: Given[UnitOfWork], data: JSONBody[asked.ExportAsked]) -> Stream:
    """Take the list away that a query means, as CSV or JSON Lines. That it was done is recorded."""
    made = commands.export(work, read_spelled(data.query), data.format, UTC)
    headers = {"content-disposition": f'attachment; filename="{made.name}"'}
    headers["cache-control"] = "private, no-store"
    return Stream(made.pieces, media_type=made.media_type, headers=headers)


def _view(work: UnitOfWork, view: ViewRow) -> ViewShown:
    return ViewShown(
        id=view.id,
        name=view.name,
        query=view.query,
        audience=ViewAudience(view.audience),
        team=view.team,
        owner=person(view.owner, names(work, [view.owner])),
    )


def _tried(work: UnitOfWork, wish: BulkWish, foreseen: list[Foreseen]) -> BulkShown:
    called = names(work, [wish.commander] if wish.commander else [])
    results: list[RowShown] = []
    for one in foreseen:
        said = [sentences.will(event, wish.other.strip().upper()) for event in one.events]
        text = " ".join(plain(told(sentence, called)) for sentence in said)
        outcome: Outcome = "refused" if one.refused else "changed" if one.events else "unchanged"
        reason, code = (str(one.refused.reason), one.refused.code) if one.refused else (text, None)
        results.append(RowShown(reference=one.reference, outcome=outcome, text=reason, code=code))
    return BulkShown(
        id=None,
        deed=wish.deed,
        dry_run=True,
        results=results,
        can_be_undone=wish.deed in lifecycle.UNDOABLE,
        undo_until=None,
    )


def _done(work: UnitOfWork, id_: str) -> BulkShown:
    done = commands.done(work, id_)
    results = [_row(result, done.names) for result in done.bulk.results]
    return BulkShown(
        id=done.id,
        deed=done.bulk.deed,
        dry_run=False,
        results=results,
        can_be_undone=done.undo_until is not None,
        undo_until=done.undo_until,
    )


def _row(result: RowResult, known: dict[str, tuple[str, str]]) -> RowShown:
    reference, _ = known.get(result.incident or "", (None, ""))
    outcome: Outcome = "refused" if result.refusal else "changed" if result.changed else "unchanged"
    text = shown(result.undo_reason) or shown(result.reason)
    code = result.undo_refusal or result.refusal
    return RowShown(
        reference=reference, outcome=outcome, text=text, code=code, undone=result.undone
    )


HANDLERS: Final = [views, save, rename, forget, bulk, results, undo, export]
