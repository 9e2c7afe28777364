"""Alerts in the browser: what fires and why it is together, one alert, the rules, what was unreadable.

Pages only show; every form calls one command and goes back to the page it stood on.
"""

from typing import Final

from litestar import Router

from tocsin.features.triage.web import deeds, listing, one, rules
from tocsin.web.answers import ANSWERS

ROUTER: Final = Router(
    "/alerts",
    route_handlers=[*listing.HANDLERS, *rules.HANDLERS, *one.HANDLERS, *deeds.HANDLERS],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)

__all__ = ["ROUTER"]
