"""The file of an incident over HTTP, as a PDF."""

from typing import Annotated, Final
from zoneinfo import ZoneInfo

from litestar import Response, Router, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, QueryParameter

from tocsin.access.work import UnitOfWork
from tocsin.features.paper import commands
from tocsin.features.paper.port import Terms
from tocsin.features.people.commands import zones
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

Zone = Annotated[
    str,
    QueryParameter(max_length=64, description="In which times are told, such as Europe/Berlin."),
]


@get(
    "/{reference:str}/paper",
    sync_to_thread=True,
    operation_id="getPaper",
    media_type="application/pdf",
)
def paper(
    work: Given[UnitOfWork],
    paper_terms: Given[Terms],
    reference: FromPath[str],
    zone: Zone = "UTC",
) -> Response[bytes]:
    """Take an incident's file as a PDF (PDF/A-2a, PDF/UA-1). That it was made is recorded."""
    if zone not in zones():
        raise Refused(
            "no_such_zone",
            phrase("There is no time zone %(zone)s. Try one like Europe/Berlin.", zone=zone),
        )
    made = commands.make(work, paper_terms, reference, ZoneInfo(zone))
    return Response(made.body, media_type="application/pdf", headers=made.headers)


ROUTER: Final = Router("/api/v1/incidents", route_handlers=[paper], tags=["Incidents"])
