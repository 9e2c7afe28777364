"""The cookie of a session: over TLS it is bound to this host, and no script can read it."""

from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie

NAME: Final = "tocsin"
NAME_OVER_TLS: Final = "__Host-tocsin"


def secret_in(request: Request[Any, Any, Any]) -> str:
    """The secret that a browser brought; empty where it brought none."""
    return request.cookies.get(_name(request), "")


def opened(request: Request[Any, Any, Any], secret: str) -> Cookie:
    """The cookie that opens a session. It ends with the browser; the session itself ends on our side."""
    over_tls = _name(request) == NAME_OVER_TLS
    return Cookie(
        key=_name(request), value=secret, path="/", secure=over_tls, httponly=True, samesite="lax"
    )


def closed(request: Request[Any, Any, Any]) -> Cookie:
    """The cookie that makes a browser forget."""
    cookie = opened(request, "")
    cookie.max_age = 0
    return cookie


def _name(request: Request[Any, Any, Any]) -> str:
    return NAME_OVER_TLS if request.app.state.over_tls else NAME
