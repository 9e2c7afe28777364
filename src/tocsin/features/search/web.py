"""Searching in the browser: a page that works by itself, and what the palette shows while one types."""

from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import closed, opened
from tocsin.api.sealed import seal_of
from tocsin.features.incidents.api.answers import names
from tocsin.features.search.commands import Found, Page, search, suggested
from tocsin.features.search.terms import Piece
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.web.answers import ANSWERS
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

AT_ONCE: Final = 25
SUGGESTED: Final = 8
LONGEST: Final = 10_000
"""What a page takes of a line; a longer one is cut."""

EXAMPLES: Final = (
    ("timeout checkout", phrase("both words, in the title or in one entry; the last may go on")),
    ('"connection refused"', phrase("these words side by side")),
    ("timeout -training", phrase("without a word")),
    ("sev:1,2 state:open", phrase("by severity and state")),
    ("service:cards team:payments tag:dns", phrase("by service, team or tag")),
    ("commander:me after:2026-10-01", phrase("by who leads, and when it was declared")),
)


@get("/search", sync_to_thread=True)
def results(
    request: Request[Any, Any, Any],
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """Show what a line finds; what is wrong with it is said beside the field."""
    line, wrong = q[:LONGEST], ""
    seal, listing = seal_of(work), f"search {line}"
    before = opened(seal, listing, after or None, int)
    try:
        some = search(work, line, before=before, limit=AT_ONCE, zone=viewer.tz)
    except Refused as refused:
        if refused.code != "bad_search":
            raise
        some, wrong = Page(found=[]), refused.reason
    return page(
        request,
        viewer,
        "search/results.html",
        status=400 if wrong else 200,
        line=line,
        wrong=wrong,
        found=some.found,
        names=names(work, _people(some.found)),
        next=None if some.next is None else closed(seal, listing, some.next),
        is_later=bool(after),
        examples=EXAMPLES,
    )


@get("/search/found", sync_to_thread=True)
def found(
    work: Given[UnitOfWork], viewer: Given[Viewer], q: FromQuery[str] = ""
) -> list[dict[str, Any]]:
    """What somebody may mean who is still writing in the palette. A line that is odd finds nothing."""
    try:
        some = suggested(work, q[:LONGEST], limit=SUGGESTED, zone=viewer.tz)
    except Refused as refused:
        if refused.code != "bad_search":
            raise
        return []
    return [
        {
            "reference": one.row.reference,
            "href": f"/incidents/{one.row.reference}",
            "title": _pieces(one.title),
            "excerpt": _pieces(one.excerpt),
        }
        for one in some
    ]


def _people(several: list[Found]) -> set[str]:
    leaders = {one.row.commander for one in several if one.row.commander}
    return leaders | {one.by for one in several}


def _pieces(several: tuple[Piece, ...]) -> list[list[Any]]:
    return [[one.text, one.is_match] for one in several]


ROUTER: Final = Router(
    "/",
    route_handlers=[results, found],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)
