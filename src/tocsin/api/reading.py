"""What stands before every handler of the API: a request is read strictly, or refused as a whole."""

import zlib
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.foundation.strict_json import LARGEST_BYTES, refuse_if_bad, too_large

WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""zlib's window sizes: 31 expects a gzip header, 15 that of zlib (RFC 9110, 8.4.1.2)."""
OWN_READING: Final = "own_reading"
"""The option of a handler that reads its body itself, piece by piece: it is no JSON, and larger."""
CHANGING: Final = {"POST", "PUT", "PATCH", "DELETE"}


class StrictReading(ASGIMiddleware):
    """Reads a body once, checks it, and hands it on as it was read."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Refuse what cannot be read in one way only."""
        _must_be_text(scope["path"], scope["query_string"])
        asked: Any = scope
        if asked["method"] not in CHANGING or OWN_READING in asked["route_handler"].opt:
            await next_app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        body = await _read(headers, receive)
        if body:
            body = _inflated(headers.get(b"content-encoding", b"identity"), body)
            _must_be_json(headers.get(b"content-type", b""))
            refuse_if_bad(body)
        asked["headers"] = _as_read(scope["headers"], len(body))
        await next_app(scope, _again(body, receive), send)


def _must_be_text(path: str, query: bytes) -> None:
    if "\0" in path or "\0" in unquote(query.decode("latin-1")):
        raise Refused("bad_address", "The address holds a NUL character.")


async def _read(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length[:20]) > LARGEST_BYTES:
        raise too_large()
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            raise Refused("bad_request", "The body broke off.")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > LARGEST_BYTES:
            raise too_large()
        more = message.get("more_body", False)
    return b"".join(chunks)


def _inflated(encoding: bytes, body: bytes) -> bytes:
    name = encoding.decode("latin-1").strip().lower()
    if name == "identity":
        return body
    if name not in WINDOWS:
        sentence = "Send the body as it is, or with gzip or deflate."
        raise Refused("content_encoding_not_supported", sentence)
    inflating = zlib.decompressobj(WINDOWS[name])
    try:
        whole = inflating.decompress(body, LARGEST_BYTES + 1)
    except zlib.error:
        whole = None
    if whole is not None and len(whole) > LARGEST_BYTES:
        raise too_large()
    if whole is None or not inflating.eof or inflating.unused_data:
        raise Refused(
            "bad_content_encoding", phrase("The body cannot be read as %(name)s.", name=name)
        )
    return whole


def _must_be_json(value: bytes) -> None:
    kind, _, parameters = value.decode("latin-1").lower().partition(";")
    kind = kind.strip()
    is_json = kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
    charset = parameters.replace('"', "").replace(" ", "").removeprefix("charset=")
    if not is_json or charset not in ("", "utf-8", "utf8"):
        sentence = "Send the body as application/json, in UTF-8."
        raise Refused("media_type_not_supported", sentence)


def _as_read(headers: Iterable[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    dropped = (b"content-encoding", b"content-length", b"transfer-encoding")
    kept = [pair for pair in headers if pair[0].lower() not in dropped]
    return [*kept, (b"content-length", str(length).encode())]


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read already; after it, what else the client does (it may go away)."""
    waiting: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:  # noqa: ANN401 - Litestar names the messages of both directions alike
        return waiting.pop() if waiting else await receive()

    return again
