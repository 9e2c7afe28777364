"""Looking at the files of an incident, taking one, proving one; and withdrawing one."""

from typing import Annotated, Final

from litestar import Response, delete, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from pydantic import Field

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.api.sealed import seal_of
from tocsin.api.setting import PRIVATE
from tocsin.features.evidence import commands
from tocsin.features.evidence.api.shown import (
    AttachmentList,
    AttachmentShown,
    ProofShown,
    attachment,
)
from tocsin.features.evidence.port import Terms
from tocsin.features.evidence.rules.serving import headers
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.api import showing
from tocsin.features.incidents.api.answers import names
from tocsin.features.incidents.api.asked import Asked
from tocsin.ledger.words import shown as words_shown

Unscanned = Annotated[bool, QueryParameter(description="Take it although it was not scanned yet.")]
Why = Annotated[str | None, QueryParameter(max_length=10_000, description="Where no body is sent.")]


class Withdrawal(Asked):
    """Why the bytes of a file are destroyed."""

    reason: Annotated[str, Field(max_length=10_000)]


@get("/{reference:str}/attachments", sync_to_thread=True, operation_id="listAttachments")
def listed(work: Given[UnitOfWork], reference: FromPath[str]) -> Response[AttachmentList]:
    """List the files of an incident, also those whose bytes are gone."""
    files = incidents.one(work, reference).incident.evidence
    known = names(work, [file.by for file in files])
    return Response(
        AttachmentList(items=[attachment(file, known) for file in files]), headers=PRIVATE
    )


@get(
    "/{reference:str}/attachments/{attachment_id:str}",
    sync_to_thread=True,
    operation_id="getAttachment",
    media_type="application/octet-stream",
)
def take(
    work: Given[UnitOfWork],
    reference: FromPath[str],
    attachment_id: FromPath[str],
    unscanned: Unscanned = False,  # noqa: FBT002 - a parameter of the address
) -> Stream:
    """Take a file: its bytes as they were attached."""
    opened = commands.opened(work, reference, attachment_id, unscanned=unscanned)
    file = opened.file
    said = headers(words_shown(file.name), file.media_type, file.size)
    return Stream(opened.pieces, headers=dict(said), media_type=said["content-type"])


@get(
    "/{reference:str}/attachments/{attachment_id:str}/proof",
    sync_to_thread=True,
    operation_id="proveAttachment",
)
def proof(
    work: Given[UnitOfWork], reference: FromPath[str], attachment_id: FromPath[str]
) -> Response[ProofShown]:
    """Say which entry holds a file's digest. It stays when the bytes are gone."""
    it, file = commands.the_file(work, reference, attachment_id)
    version = commands.version_of(work, it, file)
    is_auditor = Permission.READ_LEDGER in work.actor.may
    proved = ProofShown(
        attachment=file.id,
        sha256=file.sha256,
        size=file.size,
        recorded_at=file.at,
        entry=showing.entry_id(seal_of(work), it.incident.reference, version),
        ledger_entry=file.seq if is_auditor else None,
    )
    return Response(proved, headers=PRIVATE)


@delete(
    "/{reference:str}/attachments/{attachment_id:str}",
    status_code=200,
    sync_to_thread=True,
    operation_id="withdrawAttachment",
)
def withdraw(
    work: Given[UnitOfWork],
    evidence_terms: Given[Terms],
    reference: FromPath[str],
    attachment_id: FromPath[str],
    data: JSONBody[Withdrawal | None] = None,
    reason: Why = None,
) -> Response[AttachmentShown]:
    """Destroy the bytes of a file and their key, and say why: in a body, or in `?reason=`."""
    why = data.reason if data else reason or ""
    commands.withdraw(work, evidence_terms, reference, attachment_id, reason=why)
    _, file = commands.the_file(work, reference, attachment_id)
    return Response(attachment(file, names(work, [file.by])), headers=PRIVATE)


HANDLERS: Final = [listed, take, proof, withdraw]
