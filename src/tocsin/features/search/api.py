"""Searching over HTTP, at /api/v1/search."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from litestar import Response, Router, get
from litestar.di import NamedDependency as Given
from litestar.params import QueryParameter

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.told import PersonShown, person
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.api import showing
from tocsin.features.incidents.api.answers import names
from tocsin.features.incidents.api.shown import ListedShown
from tocsin.features.search.commands import Found, search
from tocsin.features.search.terms import Piece

Line = Annotated[
    str,
    QueryParameter(
        max_length=10_000,
        description=(
            'Words, "exact phrases", -unwanted words, and filters: sev:1 state:open service:cards '
            "team:payments tag:dns mode:drill commander:me before:2026-11-01 after:2026-10-01."
        ),
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceShown:
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    is_match: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundShown:
    """An incident that was found, with the newest entry that has the words.

    `excerpt` is of that entry; it is empty where only the title, reference, service, team or tags fit.
    """

    incident: ListedShown
    recorded_at: datetime
    by: PersonShown
    excerpt: tuple[PieceShown, ...]
    title: tuple[PieceShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """A page of what was found, the newest first. `next` is the cursor of the following one."""

    items: list[FoundShown]
    next: str | None


@get("/", sync_to_thread=True, operation_id="search")
def found(
    work: Given[UnitOfWork], q: Line = "", cursor: Cursor = None, limit: Limit = USUAL_PAGE
) -> Response[FoundPage]:
    """Find incidents by the words on them, the newest first. Each is found once."""
    seal, listing = seal_of(work), f"search {q}"
    page = search(work, q, before=opened(seal, listing, cursor, int), limit=limit)
    leaders = {one.row.commander for one in page.found if one.row.commander}
    known = names(work, leaders | {one.by for one in page.found})
    tags = incidents.tags(work, [one.row.id for one in page.found])
    items = [_shown(one, known, tags) for one in page.found]
    following = None if page.next is None else closed(seal, listing, page.next)
    shown = FoundPage(items=items, next=following)
    return Response(shown, headers={"cache-control": "private, no-cache"})


def _shown(one: Found, known: dict[str, str], tags: dict[str, tuple[str, ...]]) -> FoundShown:
    return FoundShown(
        incident=showing.listed(one.row, known, tags.get(one.row.id, ())),
        recorded_at=one.at,
        by=person(one.by, known),
        excerpt=_pieces(one.excerpt),
        title=_pieces(one.title),
    )


def _pieces(several: tuple[Piece, ...]) -> tuple[PieceShown, ...]:
    return tuple(PieceShown(text=one.text, is_match=one.is_match) for one in several)


ROUTER: Final = Router("/api/v1/search", route_handlers=[found], tags=["Search"])
