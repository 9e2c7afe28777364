"""The front of the house: what monitors send goes to the intake, everything else to pages and API.

Counts and logs every request. Knows no secret: a key in a path is handed on and never written down.
"""

import time
from collections.abc import Callable
from typing import Any, Final, Protocol

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from tocsin.runtime import logs, metrics
from tocsin.runtime.unread import Body

AM_PREFIX: Final = "/am/"
SLOW_SECONDS: Final = 1.0

LOG: Final = structlog.get_logger("tocsin.request")


class Answering(Protocol):
    """The intake as the front knows it: it says which requests are its own, and answers them."""

    async def start(self) -> None:
        """Begin to take requests."""
        ...

    async def stop(self) -> None:
        """Finish those that were accepted."""
        ...

    def answers(self, scope: Scope) -> bool:
        """Whether this request is for it."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer it."""
        ...


class Front:
    """The outermost ASGI application of a serving process."""

    def __init__(self, intake: Answering, pages: ASGIApp, end_streams: Callable[[], None]) -> None:
        self._intake = intake
        self._pages = pages
        self.end_streams = end_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._pages(scope, receive, send)
        elif self._intake.answers(scope):
            await self._intake(scope, receive, send)
        else:
            await self._watched(_without_key(scope), receive, send)

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, count and log. The intake counts its own: it has no time for a line a request."""
        began, seen = time.perf_counter(), [0]
        body = Body(scope, receive)
        noted = _noting(body.answered_by(send), seen)
        try:
            if scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD":
                await self._pages(_as_get(scope), body.receive, _without_body(noted))
            else:
                await self._pages(scope, body.receive, noted)
        finally:
            _told(scope, seen[0], time.perf_counter() - began)


def _without_key(scope: Scope) -> Scope:
    """`/am/{key}/api/v2/…` as `/api/v2/…`, with the key where a bearer token would be."""
    path: str = scope["path"]
    if not path.startswith(AM_PREFIX):
        return scope
    key, _, rest = path.removeprefix(AM_PREFIX).partition("/")
    changed: dict[str, Any] = {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}
    others = [pair for pair in scope["headers"] if pair[0] != b"authorization"]
    changed["headers"] = [*others, (b"authorization", b"Bearer " + key.encode())]
    return changed  # type: ignore[return-value]  # a scope is a dict with these keys


def _as_get(scope: HTTPScope) -> Scope:
    """What HEAD asks: the answer to GET without its body (RFC 9110, 9.3.2)."""
    changed: dict[str, Any] = {**scope, "method": "GET"}
    return changed  # type: ignore[return-value]  # as above


def _without_body(send: Send) -> Callable[[Message], Any]:
    """Send only the head of an answer. What would go on for ever is told that nobody listens."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return sending


def _noting(send: Send, seen: list[int]) -> Callable[[Message], Any]:
    async def noting(message: Message) -> None:
        if message["type"] == "http.response.start":
            seen[0] = message["status"]
        await send(message)

    return noting


def _told(scope: Scope, status: int, seconds: float) -> None:
    if scope["type"] != ScopeType.HTTP:
        return
    path = logs.shown_path(scope["path"])
    door = "api" if path.startswith("/api/") else "web"
    metrics.REQUESTS.labels(door, str(scope["method"]), f"{status // 100}xx").inc()
    if not path.endswith("/stream"):
        metrics.SECONDS.labels(door).observe(seconds)
    line = {"method": str(scope["method"]), "path": path, "status": status}
    if status >= 500:  # noqa: PLR2004 - server errors
        LOG.error("request failed", **line)
    elif seconds > SLOW_SECONDS and not path.endswith("/stream"):
        LOG.warning("slow request", **line, seconds=round(seconds, 3))
    else:
        LOG.debug("request", **line)
