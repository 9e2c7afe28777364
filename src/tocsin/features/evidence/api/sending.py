"""Sending files and excerpts: the body is read piece by piece, and refused before it is held."""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal

import msgspec
from anyio.to_thread import run_sync
from litestar import Request, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import Field

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.api.asked_once import HEADER, once
from tocsin.api.reading import OWN_READING
from tocsin.features.evidence import commands
from tocsin.features.evidence.api.shown import AttachmentShown, attachment
from tocsin.features.evidence.commands import About, Filed
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents.api.answers import names
from tocsin.features.incidents.api.asked import Asked, When
from tocsin.features.incidents.commands import Shown
from tocsin.features.incidents.state import Evidence
from tocsin.features.incidents.terms import DataClass, EvidenceKind
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

AnyRequest = Request[Any, Any, Any]
Answer = Response[AttachmentShown]

FORM: Final = "multipart/form-data"
Name = Annotated[str | None, QueryParameter(max_length=1000, description="Of a file sent bare.")]
Said = Annotated[str | None, QueryParameter(max_length=500)]
Class = Annotated[DataClass | None, QueryParameter(description="internal, where it is not said.")]


class Excerpt(Asked):
    """Something said in a chat or logged by a machine, as text, with where it is from and of when."""

    text: Annotated[str, Field(min_length=1, max_length=900_000)]
    kind: Literal["chat", "log"]
    name: Annotated[str, Field(max_length=500)] | None = None
    source: Annotated[str, Field(max_length=200)] | None = None
    began: When | None = None
    ended: When | None = None
    description: Annotated[str, Field(max_length=500)] | None = None
    data_class: DataClass = DataClass.INTERNAL


@post(
    "/{reference:str}/attachments",
    request_max_body_size=None,
    opt={OWN_READING: True},
    operation_id="attachFile",
)
async def attach(  # noqa: PLR0913, PLR0917 - what may be said of a file in the address
    request: AnyRequest,
    unread: Given[UnitOfWork],
    evidence_terms: Given[Terms],
    reference: FromPath[str],
    name: Name = None,
    data_class: Class = None,
    description: Said = None,
) -> Answer:
    """Attach a file: the body itself with `?name=`, or one part `file` of a multipart form.

    A form may say `name`, `data_class` and `description` in fields; they stand before the file.
    """
    said = {"name": name, "data_class": data_class, "description": description}
    given = {key: str(value) for key, value in said.items() if value is not None}
    unread.actor.must_be_allowed_to(Permission.RESPOND)
    once(request.method, request.url.path, b"", request.headers.get(HEADER))  # refuses a bad key
    with evidence_terms.slots.one(unread.actor.by.id):
        fields, filed = await _received(request, unread, evidence_terms, reference, given)
    work = replace(unread, once=_once(request, fields, filed))
    about = await run_sync(_about_or_dropped, work, reference, fields, filed)
    done = await run_sync(commands.attach, work, evidence_terms, reference, filed, about)
    return await run_sync(_answer, work, *done)


@post("/{reference:str}/excerpts", sync_to_thread=True, operation_id="attachExcerpt")
def excerpt(
    work: Given[UnitOfWork],
    evidence_terms: Given[Terms],
    reference: FromPath[str],
    data: JSONBody[Excerpt],
) -> Answer:
    """Keep an excerpt of a chat or a log as a text file of the record."""
    kind = EvidenceKind(data.kind)
    about = About(
        name=data.name or f"{kind} excerpt.txt",
        kind=kind,
        data_class=data.data_class,
        description=data.description,
        source=data.source,
        began=data.began,
        ended=data.ended,
    )
    done = commands.attach_text(work, evidence_terms, reference, data.text, about)
    return _answer(work, *done)


async def _received(
    request: AnyRequest, work: UnitOfWork, terms: Terms, reference: str, given: dict[str, str]
) -> tuple[dict[str, str], Filed]:
    """What was said of the file, and the file."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("content_encoding_not_supported", "Send the file as it is.")
    length = request.headers.get("content-length", "0")
    announced = int(length[:20]) if length.isdigit() else 0
    kind = request.headers.get("content-type", "")

    async def take(body: commands.Body) -> tuple[dict[str, str], Filed]:
        def let_in(_: object = None) -> commands.Desk:
            return commands.admit(work, terms, reference, announced)

        if not kind.lower().startswith(FORM):
            return given, await commands.from_body(body, await run_sync(let_in))
        sent = await commands.from_form(body, kind, let_in, 1)
        if not sent.files:
            await run_sync(let_in)
            raise Refused("file_missing", "The form holds no file.")
        called, filed = sent.files[0]
        return {"name": called} | sent.fields | given, filed

    return await commands.in_time(request.stream(), take)


def _once(request: AnyRequest, fields: dict[str, str], filed: Filed) -> Any:  # noqa: ANN401 - Once | None
    """The request as one to be carried out once: its body counts by digest."""
    body = msgspec.json.encode([sorted(fields.items()), filed.sha256])
    path = f"{request.url.path}?{request.url.query}"
    return once(request.method, path, body, request.headers.get(HEADER))


def _about_or_dropped(
    work: UnitOfWork, reference: str, fields: dict[str, str], filed: Filed
) -> About:
    try:
        return _about(fields)
    except Refused:
        commands.Desk(work.ledger, reference, 0).drop(filed.id)
        raise


def _about(fields: dict[str, str]) -> About:
    if not fields.get("name"):
        raise Refused("name_missing", "Say what the file is called: ?name=")
    said = fields.get("data_class", DataClass.INTERNAL)
    if said not in set(DataClass):
        raise Refused(
            "no_such_data_class", phrase("A file is one of: %(known)s.", known=", ".join(DataClass))
        )
    name, description = fields["name"], fields.get("description")
    return About(name=name, data_class=DataClass(said), description=description)


def _answer(work: UnitOfWork, done: Shown, file: Evidence) -> Answer:
    shown = attachment(file, names(work, [file.by]))
    place = f"/api/v1/incidents/{done.incident.reference}/attachments/{file.id}"
    return Response(
        shown, status_code=201, headers={"location": place, "cache-control": "no-store"}
    )


HANDLERS: Final = [attach, excerpt]
