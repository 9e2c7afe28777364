"""Incidents over HTTP, at /api/v1/incidents: nouns; what people do to one is a thing to put or delete."""

from typing import Final

from litestar import Router

from tocsin.features.incidents.api import (
    declaring,
    deeds,
    lists,
    looking,
    roles,
    statements,
    tasks,
    telling,
)

ROUTER: Final = Router(
    "/api/v1/incidents",
    route_handlers=[
        *declaring.HANDLERS,
        *lists.HANDLERS,
        *looking.HANDLERS,
        *deeds.HANDLERS,
        *statements.HANDLERS,
        *roles.HANDLERS,
        *tasks.HANDLERS,
        *telling.HANDLERS,
    ],
    tags=["Incidents"],
)
