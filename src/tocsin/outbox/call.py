"""Calls: what shall be said to the outside, described but not yet said."""

from typing import Any, Final

import msgspec


class HttpCall(msgspec.Struct, frozen=True, kw_only=True, tag="http"):
    """A request to another system. The outbox adds signature, limits, retries and the record.

    `sign_with` names a secret, never holds one. `receiver` is who shares a circuit breaker.
    """

    method: str
    url: str
    receiver: str
    headers: dict[str, str] = {}
    body: bytes = b""
    sign_with: str | None = None


class MailCall(msgspec.Struct, frozen=True, kw_only=True, tag="mail"):
    """A mail to one address."""

    to: str
    subject: str
    text: str
    receiver: str
    message_id: str
    html: str | None = None
    in_reply_to: str | None = None


Call = HttpCall | MailCall

_DECODER: Final = msgspec.msgpack.Decoder(Call)


def encode(call: Call) -> bytes:
    """A call as it is stored until it is made."""
    return msgspec.msgpack.encode(call)


def decode(stored: bytes) -> Call:
    """A stored call."""
    made: Any = _DECODER.decode(stored)
    return made
