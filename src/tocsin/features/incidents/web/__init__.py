"""Incidents in the browser: the same commands as the API, answered with pages.

Pages only show; every form calls one command and goes back to the page it stood on.
"""

from typing import Final

from litestar import Router

from tocsin.features.incidents.web import (
    bulk,
    declaring,
    deeds,
    exporting,
    listing,
    one,
    roles,
    statements,
    tasks,
    telling,
    views,
)
from tocsin.web.answers import ANSWERS

ROUTER: Final = Router(
    "/",
    route_handlers=[
        *listing.HANDLERS,
        *views.HANDLERS,
        *bulk.HANDLERS,
        *exporting.HANDLERS,
        *declaring.HANDLERS,
        *one.HANDLERS,
        *deeds.HANDLERS,
        *statements.HANDLERS,
        *telling.HANDLERS,
        *roles.HANDLERS,
        *tasks.HANDLERS,
    ],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)

__all__ = ["ROUTER"]
