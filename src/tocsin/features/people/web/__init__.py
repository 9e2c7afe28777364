"""People in the browser: the way in and out, and one's own account."""

from typing import Final

from litestar import Router

from tocsin.features.people.web import account, signing_in
from tocsin.web.answers import ANSWERS

ROUTER: Final = Router(
    "/",
    route_handlers=[*signing_in.HANDLERS, *account.HANDLERS],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)

__all__ = ["ROUTER"]
