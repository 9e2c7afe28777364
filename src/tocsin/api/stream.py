"""The two doors of the live stream: for programs, and for pages."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency as Given
from litestar.response import Stream

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.api.hub import Hub
from tocsin.api.subscriber import Renewal


def opened(request: Request[Any, Any, Any], work: UnitOfWork, renewal: Renewal) -> Stream:
    """A stream for whoever is asking."""
    if Permission.SEE_ALERTS not in work.actor.may:
        work.actor.must_be_allowed_to(Permission.SEE_INCIDENTS)
    hub: Hub = request.app.state["hub"]
    hub.must_have_room(work.actor)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    text = hub.stream(work.actor, renewal)
    return Stream(text, media_type="text/event-stream", headers=headers)


@get("/api/v1/stream", tags=["Live"])
async def api_stream(
    request: Request[Any, Any, Any], work: Given[UnitOfWork], renewal: Given[Renewal]
) -> Stream:
    """Tell when something changed: Server-Sent Events `incidents` and `alerts`, without data.

    An event `beat` comes first: look then, and all that is recorded later is told. Another comes
    every 5 seconds in which nothing else does.
    """
    return opened(request, work, renewal)


@get("/stream", include_in_schema=False)
async def page_stream(
    request: Request[Any, Any, Any], work: Given[UnitOfWork], renewal: Given[Renewal]
) -> Stream:
    """The same for a page."""
    return opened(request, work, renewal)
