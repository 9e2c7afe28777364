"""What handlers share: showing an incident with its tag, and taking apart what conditions a change."""

from collections.abc import Iterable
from typing import Any

from litestar import Request, Response

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.api import etag
from tocsin.api.sealed import seal_of
from tocsin.features.alerts.rows import names_among
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import showing
from tocsin.features.incidents.api.shown import IncidentShown, NotedShown
from tocsin.features.incidents.commands import Shown, Written
from tocsin.features.people.rows.handles import team_titles

AnyRequest = Request[Any, Any, Any]
Answer = Response[IncidentShown]


def names(work: UnitOfWork, ids: Iterable[str]) -> dict[str, str]:
    """The names of those among the ids that have one: people, tokens, sources, Tocsin itself."""
    wanted = set(ids)
    with work.look(Permission.SEE_INCIDENTS) as look:
        known = {"tocsin": "Tocsin"} | names_among(look.rows, wanted)
    return {id_: name for id_, name in known.items() if id_ in wanted}


def answer(work: UnitOfWork, it: Shown, *, status: int = 200) -> Answer:
    """An incident with the tag that a change of it may be based on."""
    reference = it.incident.reference
    content = showing.incident(it.incident, names(work, showing.people_of(it.incident)))
    headers = {"etag": etag.tag(seal_of(work), reference, it.open_version, content)}
    headers["cache-control"] = "private, no-cache"
    if status == 201:  # noqa: PLR2004 - Created
        headers["location"] = f"/api/v1/incidents/{reference}"
    return Response(content, status_code=status, headers=headers)


def expected(request: AnyRequest, work: UnitOfWork, reference: str) -> int | None:
    """The version that the request's `If-Match` demands."""
    return etag.expected(request, seal_of(work), reference.upper())


def corrected(work: UnitOfWork, reference: str, id_: str | None) -> int | None:
    """Where the entry stands that a statement corrects. Refuses `no_such_entry`."""
    if id_ is None:
        return None
    return commands.entry_at(work, reference, version_of(work, reference, id_))


def version_of(work: UnitOfWork, reference: str, id_: str) -> int:
    """The version of the entry that the viewer's name for it means. Refuses `no_such_entry`."""
    return showing.entry_version(seal_of(work), reference.upper(), id_)


def noted(work: UnitOfWork, written: Written) -> Response[NotedShown]:
    """An incident with a note on it: tagged as the incident alone, so that a change can follow."""
    plain = answer(work, written.shown, status=201)
    ids = [*written.mentions, *written.unseeing]
    with work.look(Permission.SEE_INCIDENTS) as look:
        known = names_among(look.rows, set(ids)) | team_titles(look.rows, ids)
    content = showing.noted(plain.content, written.mentions, written.unseeing, known)
    return Response(content, status_code=plain.status_code, headers=dict(plain.headers))
