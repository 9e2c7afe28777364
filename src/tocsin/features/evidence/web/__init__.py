"""The files of incidents in the browser: sending them, looking at one, taking it, withdrawing it."""

from typing import Final

from litestar import Router

from tocsin.features.evidence.web import one, sending
from tocsin.web.answers import ANSWERS

ROUTER: Final = Router(
    "/",
    route_handlers=[*sending.HANDLERS, *one.HANDLERS],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)
