"""Looking at incidents: the list, one, its timeline, its alerts. Nothing here changes anything."""

from datetime import datetime
from typing import Annotated, Final, TypeVar

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, QueryParameter

from tocsin.access.work import UnitOfWork
from tocsin.api import etag
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.told import spoken_of
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import showing
from tocsin.features.incidents.api.answers import AnyRequest, answer, names
from tocsin.features.incidents.api.paging import Filters, Place, instant, leader, page
from tocsin.features.incidents.api.shown import (
    AlertPage,
    IncidentPage,
    IncidentShown,
    TimelinePage,
)
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.terms import Mode, Phase, Which

Page = TypeVar("Page")
Filter = Annotated[str | None, QueryParameter(max_length=200)]
Open = Annotated[
    bool | None,
    QueryParameter(description="Only open ones (true), only others (false), or both."),
]
OfSeverity = Annotated[int | None, QueryParameter(ge=1, le=4)]
OfMode = Annotated[
    Mode | None,
    QueryParameter(description="Drills and trainings are listed only where they are asked for."),
]
Opened = Annotated[datetime | None, QueryParameter(description="RFC 3339; `until` not included.")]
Sought = Annotated[
    str | None, QueryParameter(max_length=200, description="Words on it, as in a search.")
]
Show = Annotated[Which, QueryParameter(description="Which entries are wanted.")]


@get("/", sync_to_thread=True, operation_id="listIncidents")
def index(  # noqa: PLR0913, PLR0917 - the filters of a list
    work: Given[UnitOfWork],
    open: Open = None,  # noqa: A002 - its name in the address
    severity: OfSeverity = None,
    service: Filter = None,
    team: Filter = None,
    commander: Filter = None,
    q: Sought = None,
    phase: Annotated[Phase | None, QueryParameter()] = None,
    mode: OfMode = None,
    tag: Filter = None,
    restricted: Annotated[bool | None, QueryParameter()] = None,
    since: Opened = None,
    until: Opened = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> Response[IncidentPage]:
    """List incidents: the open ones, worst first; after them the others, newest first."""
    filters = Filters(
        open, severity, service, team, leader(work, commander), q, phase, mode,
        tag and tag.lower(), restricted, instant(since), instant(until),
    )  # fmt: skip
    seal, listing = seal_of(work), f"incidents {filters}"
    found, tags, last = page(work, filters, opened(seal, listing, cursor, Place), limit)
    known = names(work, [row.commander for row in found if row.commander])
    items = [showing.listed(row, known, tags.get(row.id, ())) for row in found]
    following = None if last is None else closed(seal, listing, last)
    return _private(IncidentPage(items=items, next=following))


@get("/{reference:str}", sync_to_thread=True, operation_id="getIncident")
def one(
    request: AnyRequest, work: Given[UnitOfWork], reference: FromPath[str]
) -> Response[IncidentShown]:
    """Show an incident. Its ETag is what a change may be made conditional on."""
    found = answer(work, commands.one(work, reference))
    if etag.is_known(request, found.headers["etag"]):
        return Response(None, status_code=304, headers=found.headers)  # type: ignore[arg-type]  # 304 has no content
    return found


@get("/{reference:str}/timeline", sync_to_thread=True, operation_id="getTimeline")
def timeline(
    work: Given[UnitOfWork],
    reference: FromPath[str],
    show: Show = Which.EVERYTHING,
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> Response[TimelinePage]:
    """Show what happened to an incident, in the order in which it was recorded."""
    seal, listing = seal_of(work), f"timeline {reference.upper()} {show}"
    start = opened(seal, listing, cursor, int)
    read = commands.recorded_after(work, reference, show, -1 if start is None else start, limit)
    spoken = set[str]().union(*(spoken_of(sentence(one.event, one.by.id)) for one in read.entries))
    known = names(work, spoken | {entry.by.id for entry in read.entries})
    ids = {seq: showing.entry_id(seal, reference.upper(), at) for seq, at in read.versions.items()}
    both = zip(read.entries, read.piece.entries, strict=True)
    items = [showing.entry(entry, row, ids, known) for entry, row in both]
    following = closed(seal, listing, read.entries[-1].seq) if read.piece.has_later else None
    return _private(TimelinePage(items=items, next=following))


@get("/{reference:str}/alerts", sync_to_thread=True, operation_id="listAlertsOfIncident")
def alerts(
    work: Given[UnitOfWork],
    reference: FromPath[str],
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> Response[AlertPage]:
    """List the alerts that belong to an incident."""
    seal, listing = seal_of(work), f"alerts {reference.upper()}"
    start = opened(seal, listing, cursor, int) or 0
    found = commands.linked_alerts(work, reference, start=start, limit=limit)
    whole = len(commands.one(work, reference).incident.alerts)
    following = closed(seal, listing, start + limit) if start + limit < whole else None
    return _private(AlertPage(items=[showing.alert(each) for each in found], next=following))


def _private(page: Page) -> Response[Page]:
    return Response(page, headers={"cache-control": "private, no-cache"})


HANDLERS: Final = [index, one, timeline, alerts]
