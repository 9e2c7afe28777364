"""Files and excerpts from a page: a form with files is read piece by piece, and works without script."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from anyio.to_thread import run_sync
from litestar import Request, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.access.once import Once
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import commands
from tocsin.features.evidence.commands import About, Sent
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents.terms import DataClass, EvidenceKind
from tocsin.features.incidents.web.conflicts import Sent as SentForm
from tocsin.features.incidents.web.deeds import answered
from tocsin.features.incidents.web.one import shown
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import Fields, text, tried
from tocsin.web.security import FIELD, HEADER, must_be_token
from tocsin.web.sent_once import KEY, LONGEST
from tocsin.web.times import read_form_time
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
Enter = Callable[[str], UnitOfWork]

NAME: Final = "attachments"
EXCERPTS: Final = "excerpts"
LONGEST_TEXT: Final = 900_000


@post(
    "/incidents/{reference:str}/attachments",
    name="incident attachments",
    request_max_body_size=None,
)
async def attach(
    request: Asked,
    unread: Given[Enter],
    viewer: Given[Viewer],
    evidence_terms: Given[Terms],
    reference: FromPath[str],
) -> Response[Any]:
    """Attach the files of a form. Its token, and what is said of them, stand before them."""
    content_type = request.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        must_be_token(request.headers.get(HEADER, ""), viewer.csrf)
    if not viewer.can("RESPOND"):
        raise Refused("not_allowed", "You are not allowed to attach files here.")

    def let_in(fields: Mapping[str, str]) -> commands.Desk:
        return commands.admit(unread(fields.get(FIELD, "")), evidence_terms, reference)

    async def take(body: commands.Body) -> Sent:
        return await commands.from_form(body, content_type, let_in)

    try:
        with evidence_terms.slots.one(viewer.person):
            sent: Sent | Refused = await commands.in_time(request.stream(), take)
    except Refused as refused:
        if refused.code == "forged_request":
            raise
        sent = refused

    def answer() -> Response[Any]:
        work = unread(viewer.csrf if isinstance(sent, Refused) else sent.fields.get(FIELD, ""))
        done = tried(lambda: _attached(work, evidence_terms, reference, sent))
        if isinstance(done, Refused):
            extra: dict[str, Any] = {"fields": {}, "wrong": done, "open": NAME}
            return shown(request, work, viewer, reference, extra)
        return Redirect(f"/incidents/{reference}#evidence", status_code=303)

    return await run_sync(answer)


@post("/incidents/{reference:str}/excerpts", name="incident excerpts", sync_to_thread=True)
def excerpt(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    evidence_terms: Given[Terms],
    reference: FromPath[str],
    data: Fields,
) -> Response[Any]:
    """Keep an excerpt of a chat or a log that was pasted into a form."""

    def keep(work: UnitOfWork, viewer: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
        pasted = text(fields, "text", 2 * LONGEST_TEXT).replace("\r\n", "\n")
        if len(pasted) > LONGEST_TEXT:
            sentence = phrase("An excerpt has %(most)s signs at most.", most=LONGEST_TEXT)
            raise Refused("body_too_large", sentence)
        about = _excerpt(viewer, fields)
        return commands.attach_text(work, evidence_terms, reference, pasted, about)

    sent = SentForm(request=request, work=work, viewer=viewer, reference=reference, fields=data)
    return answered(sent, keep, EXCERPTS)


def _attached(work: UnitOfWork, terms: Terms, reference: str, sent: Sent | Refused) -> None:
    """Attach every file that came; those after one that is refused are dropped."""
    if isinstance(sent, Refused):
        raise sent
    waiting = list(sent.files)
    try:
        if not waiting:
            raise Refused("file_missing", "Choose a file.")
        data_class = _class(sent.fields)
        while waiting:
            name, filed = waiting.pop(0)
            said = sent.fields.get("description")
            about = About(name=name, data_class=data_class, description=said)
            once = _once(reference, sent.fields, name, filed.sha256)
            commands.attach(replace(work, once=once), terms, reference, filed, about)
    finally:
        for _, filed in waiting:
            commands.Desk(work.ledger, reference, 0).drop(filed.id)


def _once(reference: str, fields: Mapping[str, str], *what: str) -> Once | None:
    """One file of a form as a request to be carried out once, where its page gave it a key."""
    key = fields.get(KEY, "")
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        return None
    parts = [reference.upper(), *what, fields.get("data_class", ""), fields.get("description", "")]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Once(key=f"form {key} {digest[:32]}", digest=digest)


def _class(fields: Mapping[str, Any]) -> DataClass:
    said = text(fields, "data_class") or DataClass.INTERNAL
    if said not in set(DataClass):
        raise Refused("no_such_data_class", "Say how freely it may be passed on.")
    return DataClass(said)


def _excerpt(viewer: Viewer, fields: Mapping[str, Any]) -> About:
    kind = text(fields, "kind")
    if kind not in (EvidenceKind.CHAT, EvidenceKind.LOG):
        raise Refused("no_such_kind", "Say whether it is from a chat or a log.")
    return About(
        name=text(fields, "name") or f"{kind} excerpt.txt",
        kind=EvidenceKind(kind),
        data_class=_class(fields),
        description=text(fields, "description"),
        source=text(fields, "source"),
        began=read_form_time(text(fields, "began"), viewer.tz),
        ended=read_form_time(text(fields, "ended"), viewer.tz),
    )


HANDLERS: Final = [attach, excerpt]
