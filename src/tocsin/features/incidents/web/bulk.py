"""One deed on several incidents in the browser: a preview, one form, one result per row, one undo."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.access.once import Once
from tocsin.access.policy import Permission
from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.api.asked_once import once
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands, sentences
from tocsin.features.incidents.commands import BulkWish, Foreseen
from tocsin.features.incidents.lifecycle import UNDO_SECONDS, UNDOABLE
from tocsin.features.incidents.terms import BulkDeed
from tocsin.features.people.rows import listed as people_listed
from tocsin.features.people.rows.names import names
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.sentence import Sentence
from tocsin.ledger.words import shown
from tocsin.web.forms import Fields, text, texts, tried
from tocsin.web.page import page
from tocsin.web.telling import told
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
MOST_PEOPLE: Final = 500
DEEDS: Final = {
    BulkDeed.ACKNOWLEDGE: (phrase("Acknowledge"), phrase("Acknowledged")),
    BulkDeed.ASSIGN: (phrase("Put in command"), phrase("Put in command")),
    BulkDeed.CLOSE: (phrase("Close"), phrase("Closed")),
    BulkDeed.TAG: (phrase("Tag"), phrase("Tagged")),
    BulkDeed.UNTAG: (phrase("Take the tag off"), phrase("Tag taken off")),
    BulkDeed.MERGE: (phrase("Mark as perhaps the same"), phrase("Marked as perhaps the same")),
}
"""What the button says, and what its outcome is called."""
UNDOING: Final = {
    BulkDeed.ACKNOWLEDGE: phrase("This cannot be undone."),
    BulkDeed.CLOSE: phrase(
        "This cannot be undone here. A closed incident can be reopened on its page."
    ),
    BulkDeed.ASSIGN: phrase(
        "You can undo it for %(n)s seconds: whoever led before leads again. That an "
        "incident was acknowledged by it, and who was told, cannot be undone.",
        n=UNDO_SECONDS,
    ),
    BulkDeed.TAG: phrase("You can undo it for %(n)s seconds.", n=UNDO_SECONDS),
    BulkDeed.UNTAG: phrase("You can undo it for %(n)s seconds.", n=UNDO_SECONDS),
    BulkDeed.MERGE: phrase(
        "You can undo it for %(n)s seconds. Nothing is merged by it.", n=UNDO_SECONDS
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a preview or of the results: what it is called, and what came or comes of it."""

    reference: str
    title: str
    said: tuple[Any, ...]
    state: str
    reason: str = ""
    undo: str = ""


@get("/incidents/bulk", sync_to_thread=True)
def preview(request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer]) -> Response[str]:
    """Show what a deed would do to each selected incident. Nothing happens yet."""
    fields: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        fields.setdefault(str(name), []).append(str(value))
    return _preview(request, work, viewer, fields)


@post("/incidents/bulk", sync_to_thread=True)
def carry_out(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Do it to each, and show what came of it. The form is carried out once, however often sent."""
    keyed = replace(work, once=_once(data))
    done = tried(lambda: commands.carry_out(keyed, _wish(data)))
    if isinstance(done, Refused):
        return _preview(request, work, viewer, data, done)
    return Redirect(f"/incidents/bulk/{done}", status_code=303)


@get("/incidents/bulk/{bulk:str}", sync_to_thread=True)
def results(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], bulk: FromPath[str]
) -> Response[str]:
    """Show what came of it, row by row."""
    return _results(request, work, viewer, bulk)


@post("/incidents/bulk/{bulk:str}/undoing", sync_to_thread=True)
def undo(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], bulk: FromPath[str]
) -> Response[Any]:
    """Undo it for all that it changed."""
    done = tried(lambda: commands.undo(work, bulk))
    if isinstance(done, Refused):
        return _results(request, work, viewer, bulk, done)
    return Redirect(f"/incidents/bulk/{bulk}", status_code=303)


def _wish(fields: Mapping[str, Any]) -> BulkWish:
    deed, judged = text(fields, "deed"), text(fields, "actionability")
    if deed not in set(BulkDeed):
        raise Refused("no_such_deed", "That cannot be done to several incidents at once.")
    return BulkWish(
        deed=BulkDeed(deed),
        references=tuple(dict.fromkeys(texts(fields, "row"))),
        commander=text(fields, "commander"),
        actionability=Actionability(judged) if judged in set(Actionability) else None,
        evidence=text(fields, "evidence"),
        tag=text(fields, "tag"),
        other=text(fields, "other"),
    )


def _once(fields: Mapping[str, Any]) -> Once | None:
    """The form as one request: its key, and all that it asks but for the mark against forgery."""
    asked = sorted((name, texts(fields, name)) for name in fields if name not in ("csrf", "key"))
    return once("POST", "/incidents/bulk", repr(asked).encode(), text(fields, "key") or None)


def _preview(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    fields: Mapping[str, Any],
    refused: Refused | None = None,
) -> Response[str]:
    """The preview; where something must be said first, or is wrong, the form that asks for it."""
    wish = _wish(fields)
    found = tried(lambda: commands.foresee(work, wish)) if _is_said(wish) else None
    wrong = found if isinstance(found, Refused) else refused
    foreseen = found if isinstance(found, list) else []
    with work.look(Permission.SEE_INCIDENTS) as look:
        people = _people(look.rows) if wish.deed is BulkDeed.ASSIGN else {}
        called = names(look.rows, {wish.commander}) if wish.commander else {}
    lines = [_foreseen(one, wish, called, viewer) for one in foreseen]
    return page(
        request,
        viewer,
        "incidents/bulk.html",
        active="incidents",
        status=status_of(wrong.code) if wrong else 200,
        wish=wish,
        lines=lines,
        verb=DEEDS[wish.deed][0],
        will_change=sum(line.state == "changed" for line in lines),
        undoing=UNDOING[wish.deed],
        can_undo=wish.deed in UNDOABLE,
        people=people,
        judgements=list(Actionability),
        key=secrets.token_urlsafe(18),
        reason=wrong.reason if wrong else "",
    )


def _is_said(wish: BulkWish) -> bool:
    """Whether all is said that the deed takes; else it is asked for first."""
    match wish.deed:
        case BulkDeed.ACKNOWLEDGE:
            return True
        case BulkDeed.ASSIGN:
            return bool(wish.commander)
        case BulkDeed.CLOSE:
            return wish.actionability is not None
        case BulkDeed.TAG | BulkDeed.UNTAG:
            return bool(wish.tag)
        case BulkDeed.MERGE:
            return bool(wish.other)


def _people(rows: Any) -> dict[str, str]:  # noqa: ANN401 - the transaction
    found = people_listed(rows, after=None, limit=MOST_PEOPLE)
    return {person.id: person.name for person in found if not person.is_disabled}


def _foreseen(one: Foreseen, wish: BulkWish, called: Mapping[str, str], viewer: Viewer) -> Line:
    other = wish.other.strip().upper()
    said: list[Sentence] = [sentences.will(event, other) for event in one.events]
    state = "refused" if one.refused else "changed" if one.events else "same"
    return Line(
        reference=one.reference,
        title=one.title or "",
        said=tuple(told(sentence, called, viewer) for sentence in said),
        state=state,
        reason=one.refused.reason if one.refused else "",
    )


def _results(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    id_: str,
    refused: Refused | None = None,
) -> Response[str]:
    done = commands.done(work, id_)
    until = done.undo_until
    lines = [_result(done, row) for row in range(len(done.bulk.results))]
    return page(
        request,
        viewer,
        "incidents/bulk_done.html",
        active="incidents",
        status=status_of(refused.code) if refused else 200,
        bulk=done.bulk,
        id=done.id,
        lines=lines,
        changed=sum(result.changed for result in done.bulk.results),
        outcome=DEEDS[done.bulk.deed][1],
        undone=any(result.undone or result.undo_refusal for result in done.bulk.results),
        undo_until=until if until and until >= viewer.now else None,
        undoing=UNDOING[done.bulk.deed],
        reason=refused.reason if refused else "",
    )


def _result(done: commands.BulkDone, row: int) -> Line:
    result = done.bulk.results[row]
    reference, title = done.names.get(result.incident or "", ("", ""))
    state = "refused" if result.refusal else "changed" if result.changed else "same"
    undone = phrase("Undone.") if result.undone else shown(result.undo_reason)
    return Line(
        reference=reference,
        title=title,
        said=(),
        state=state,
        reason=shown(result.reason),
        undo=undone,
    )


HANDLERS: Final = [preview, carry_out, results, undo]
