"""Entity tags: which representation a client has seen, and which version its change is based on.

A tag covers the version and, by a digest, all that the viewer was shown, so that masking and names
are in it. It is sealed: no version stands in it in clear.
"""

import hashlib
from typing import Any, Final

import msgspec
from litestar import Request

from tocsin.api.sealed import Seal
from tocsin.foundation.refusal import Refused

AnyRequest = Request[Any, Any, Any]

PURPOSE: Final = "tag of "
DIGEST_BYTES: Final = 12
NEVER: Final = -1
"""A version that nothing has: what a tag means that is not ours."""


def tag(seal: Seal, what: str, version: int, shown: object) -> str:
    """The tag of a representation of `what` at a version, as it stands in the header."""
    digest = hashlib.sha256(msgspec.json.encode(shown)).digest()[:DIGEST_BYTES]
    return f'"{seal.close(PURPOSE + what, version.to_bytes(8) + digest)}"'


def expected(request: AnyRequest, seal: Seal, what: str) -> int | None:
    """The version that `If-Match` demands; None where it demands none. Refuses `bad_if_match`."""
    value = request.headers.get("if-match")
    if value is None or value.strip() == "*":
        return None
    text = value.strip()
    if "," in text:
        raise Refused("bad_if_match", "Give If-Match the one ETag that your change is based on.")
    kept = seal.open(PURPOSE + what, text.strip('"')) if text.startswith('"') else None
    return NEVER if kept is None else int.from_bytes(kept[:-DIGEST_BYTES])


def is_known(request: AnyRequest, current: str) -> bool:
    """Whether the client has this very representation (`If-None-Match`)."""
    value = request.headers.get("if-none-match", "")
    return current in {known.strip().removeprefix("W/") for known in value.split(",")}
