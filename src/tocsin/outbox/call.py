"""Calls: what shall be said to the outside, described but not yet said."""

from datetime import datetime
from typing import Any, Final

import msgspec


class HttpCall(msgspec.Struct, frozen=True, kw_only=True, tag="http"):
    """A request to another system. The outbox adds signature, limits, retries and the record.

    `receiver` is who shares a circuit breaker. `sign_with` names a secret, never holds one. `purpose`
    names who is told how it went, and is asked before each attempt whether it may still be said;
    `facts` are ids for it.
    """

    method: str
    url: str
    receiver: str
    headers: dict[str, str] = {}
    body: bytes = b""
    sign_with: str | None = None
    purpose: str = ""
    facts: dict[str, Any] = {}


class MailCall(msgspec.Struct, frozen=True, kw_only=True, tag="mail"):
    """A mail to one address. `purpose` and `facts` as in `HttpCall`.

    `headers` are further ones, such as List-Unsubscribe; each is written on one line.
    """

    to: str
    subject: str
    text: str
    receiver: str
    message_id: str
    html: str | None = None
    in_reply_to: str | None = None
    headers: dict[str, str] = {}
    purpose: str = ""
    facts: dict[str, Any] = {}


Call = HttpCall | MailCall

_DECODER: Final[msgspec.msgpack.Decoder[Call]] = msgspec.msgpack.Decoder(Call)


def encode(call: Call) -> bytes:
    """A call as it is stored until it is made."""
    return msgspec.msgpack.encode(call)


def decode(stored: bytes) -> Call:
    """A stored call."""
    return _DECODER.decode(stored)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one attempt ended.

    `was_taken` says that the receiver accepted it, `is_final` that there will be no further attempt.
    `status` is the HTTP or SMTP status, `reply` at most 64 kB of what was answered, `word` a sentence
    for people, `receipt` the receiver's own id for it. `may_have_arrived` says that the answer was
    lost: the receiver may have taken it all the same.
    """

    was_taken: bool
    is_final: bool
    at: datetime
    word: str
    status: int | None = None
    reply: bytes = b""
    receipt: str | None = None
    retry_after_seconds: float | None = None
    may_have_arrived: bool = False
