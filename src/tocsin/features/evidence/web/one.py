"""One file of an incident: what it is, its proof, its bytes; and withdrawing it."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream

from tocsin.access.policy import Permission
from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows.sources import names_of
from tocsin.features.evidence import commands
from tocsin.features.evidence.port import Terms
from tocsin.features.evidence.rules.names import visible
from tocsin.features.evidence.rules.serving import headers
from tocsin.features.evidence.rules.sniffing import IMAGES, TEXTS, is_shown
from tocsin.features.incidents.state import Evidence
from tocsin.features.incidents.terms import EvidenceKind, Standing
from tocsin.foundation.refusal import Refused
from tocsin.foundation.sizes import sized
from tocsin.ledger.sealing import SealBroken
from tocsin.ledger.words import shown as words_shown
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.telling import name_of
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
SHOWN_BYTES: Final = 65_536


@get("/incidents/{reference:str}/evidence/{attachment:str}", sync_to_thread=True)
def one(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    reference: FromPath[str],
    attachment: FromPath[str],
) -> Response[str]:
    """Show a file: an image or a text in place, anything else as a download."""
    return _page(request, work, viewer, (reference, attachment), None)


@get("/incidents/{reference:str}/evidence/{attachment:str}/file", sync_to_thread=True)
def take(
    work: Given[UnitOfWork],
    reference: FromPath[str],
    attachment: FromPath[str],
    unscanned: FromQuery[str] = "",
) -> Response[Any] | Stream:
    """Send a file's bytes. One that waits for the scanner is first warned of, on its page."""
    try:
        opened = commands.opened(work, reference, attachment, unscanned=unscanned == "yes")
    except Refused as refused:
        if refused.code != "not_scanned_yet":
            raise
        return Redirect(f"/incidents/{reference}/evidence/{attachment}", status_code=303)
    file = opened.file
    said = headers(words_shown(file.name), file.media_type, file.size)
    return Stream(opened.pieces, headers=dict(said), media_type=said["content-type"])


@post("/incidents/{reference:str}/evidence/{attachment:str}/withdrawal", sync_to_thread=True)
def withdraw(  # noqa: PLR0913, PLR0917 - what a form needs, and the terms
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    evidence_terms: Given[Terms],
    reference: FromPath[str],
    attachment: FromPath[str],
    data: Fields,
) -> Response[Any]:
    """Destroy a file's bytes, and say why."""
    reason = text(data, "reason")
    done = tried(
        lambda: commands.withdraw(work, evidence_terms, reference, attachment, reason=reason)
    )
    if isinstance(done, Refused):
        return _page(request, work, viewer, (reference, attachment), done)
    return Redirect(f"/incidents/{reference}/evidence/{attachment}", status_code=303)


def _page(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    place: tuple[str, str],
    wrong: Refused | None,
) -> Response[str]:
    it, file = commands.the_file(work, *place)
    incident = it.incident
    with work.look(Permission.SEE_INCIDENTS) as look:
        called = names_of(look.rows, [file.by])
    values: dict[str, Any] = {
        "incident": incident,
        "title": words_shown(incident.title),
        "place": f"/incidents/{incident.reference}",
        "file": file,
        "name": words_shown(file.name),
        "size": sized(file.size),
        "who": name_of(file.by, called),
        "description": words_shown(file.description),
        "source": words_shown(file.source),
        "may_withdraw": commands.may_withdraw(work, file),
        "is_image": file.media_type in IMAGES and file.is_kept,
        "is_shown": is_shown(file.media_type),
        "written": _beginning(work, file),
        "shown_size": sized(SHOWN_BYTES),
        "is_cut": file.size > SHOWN_BYTES,
        "wrong": wrong,
    }
    status = status_of(wrong.code) if wrong else 200
    return page(request, viewer, "evidence/one.html", active="incidents", status=status, **values)


def _beginning(work: UnitOfWork, file: Evidence) -> str:
    """The beginning of a text, with every sign to be seen; empty for what is none, or not scanned."""
    is_text = file.media_type in TEXTS or file.kind is not EvidenceKind.FILE
    if not is_text or not file.is_kept or file.standing is Standing.WAITING:
        return ""
    try:
        first = next(commands.plain(work.ledger, file.id))
    except SealBroken:
        raise Refused("attachment_damaged", "This file cannot be opened: it is damaged.") from None
    return visible(first[:SHOWN_BYTES].decode("utf-8", "ignore"))


HANDLERS: Final = [one, take, withdraw]
