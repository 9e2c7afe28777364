"""The file of an incident in the browser: a page that is to be printed, and the PDF."""

from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from tocsin.access.work import UnitOfWork
from tocsin.features.paper import commands
from tocsin.features.paper.port import Terms
from tocsin.web.answers import ANSWERS
from tocsin.web.page import page
from tocsin.web.viewer import Viewer


@get("/incidents/{reference:str}/paper", sync_to_thread=True)
def to_print(
    request: Request[Any, Any, Any],
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    paper_terms: Given[Terms],
    reference: FromPath[str],
) -> Response[str]:
    """Show the whole file on one page, to be read or printed."""
    paper = commands.read(work, reference, viewer.tz, paper_terms.limits)
    return page(request, viewer, "paper/file.html", active="incidents", paper=paper)


@get("/incidents/{reference:str}/paper.pdf", sync_to_thread=True)
def pdf(
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    paper_terms: Given[Terms],
    reference: FromPath[str],
) -> Response[bytes]:
    """Send the whole file as a PDF. That it was made is recorded."""
    made = commands.make(work, paper_terms, reference, viewer.tz)
    return Response(made.body, media_type="application/pdf", headers=made.headers)


ROUTER: Final = Router(
    "/",
    route_handlers=[to_print, pdf],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)
