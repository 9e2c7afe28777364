"""What protects pages: the headers of every answer, and the refusal of what another site sent."""

from hmac import compare_digest
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.foundation.refusal import Refused

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
OVER_TLS: Final = {"strict-transport-security": "max-age=31536000"}


class SecurityHeaders(ASGIMiddleware):
    """Gives every answer the headers it does not have yet."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on, and put the headers on the answer."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders.from_message(message)
                extra = OVER_TLS if scope["scheme"] == "https" else {}
                for name, value in (HEADERS | extra).items():
                    if name not in headers:
                        headers[name] = value
            await send(message)

        await next_app(scope, receive, sent)


class OnlyText(ASGIMiddleware):
    """Refuses an address that holds a NUL: one database takes it for text, the other for a fault."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass on a request whose address is text."""
        query: bytes = scope["query_string"]
        if "\0" in scope["path"] or "\0" in unquote(query.decode("latin-1")):
            raise Refused("bad_address", "The address holds a NUL character.")
        await next_app(scope, receive, send)


async def refuse_forgeries(request: Request[Any, Any, Any], csrf: str | None) -> None:
    """Refuse `forged_request` where a request that changes something did not come from our own page.

    `csrf` is the session's token, which a form field or a header must repeat; None where there is no
    session yet, as at sign-in. The browser's own word on where the request comes from is always asked.
    """
    if request.method in SAFE_METHODS:
        return
    must_be_from_here(request)
    if csrf is None:
        return
    must_be_token(request.headers.get(HEADER) or str((await request.form()).get(FIELD, "")), csrf)


def must_be_from_here(request: Request[Any, Any, Any]) -> None:
    """Refuse `forged_request` where the browser says that another site sent it."""
    if not _from_here(request):
        raise _forged()


def must_be_token(given: str, csrf: str) -> None:
    """Refuse `forged_request` where what a form brought is not the session's token."""
    if not csrf or not compare_digest(given.encode(), csrf.encode()):
        raise _forged()


def _from_here(request: Request[Any, Any, Any]) -> bool:
    """By Sec-Fetch-Site, else by Origin. A client that sends neither is no browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _forged() -> Refused:
    return Refused(
        "forged_request", "This did not come from a page of this session. Load the page again."
    )


def local_path(path: str) -> str:
    """A path of this site to go on to; the start page for anything that would lead elsewhere."""
    parts = urlsplit(path)
    elsewhere = parts.scheme or parts.netloc or not path.startswith("/")
    odd = path.startswith("//") or "\\" in path or any(ord(sign) < 32 for sign in path)  # noqa: PLR2004 - control signs
    return "/" if elsewhere or odd else path
