"""`Idempotency-Key`: what makes two requests the same one."""

import hashlib
from typing import Any, Final

from litestar import Request

from tocsin.access.once import Once
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

HEADER: Final = "idempotency-key"
LONGEST: Final = 255


def once(method: str, path: str, body: bytes, key: str | None) -> Once | None:
    """The request as one that shall be carried out once. Refuses `bad_idempotency_key`."""
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        sentence = phrase(
            "An Idempotency-Key is 1 to %(most)s printable ASCII characters.", most=LONGEST
        )
        raise Refused("bad_idempotency_key", sentence)
    digest = hashlib.sha256()
    for part in (method.encode(), path.encode(), body):
        digest.update(len(part).to_bytes(8) + part)
    return Once(key=key, digest=digest.hexdigest())


async def asked_once(request: Request[Any, Any, Any]) -> Once | None:
    """The same, of a request under way; None where it changes nothing or has no key."""
    key = request.headers.get(HEADER)
    if key is None or request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    path = f"{request.url.path}?{request.url.query}"
    return once(request.method, path, await request.body(), key)
