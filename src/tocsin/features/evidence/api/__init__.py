"""The files of incidents over HTTP, under /api/v1/incidents."""

from typing import Final

from litestar import Router

from tocsin.features.evidence.api import looking, sending

ROUTER: Final = Router(
    "/api/v1/incidents",
    route_handlers=[*sending.HANDLERS, *looking.HANDLERS],
    tags=["Evidence"],
)
