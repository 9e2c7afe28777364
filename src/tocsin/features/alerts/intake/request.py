"""What comes to the intake, and what goes back: requests without their transport."""

import asyncio
import concurrent.futures
from dataclasses import dataclass
from enum import Enum
from typing import Final

import msgspec

from tocsin.access.status import status_of
from tocsin.foundation.refusal import Refused

LARGEST_BYTES: Final = 1_000_000
PROBLEM: Final = b"application/problem+json"
OWN: Final = {"body_too_large": 413, "intake_busy": 503}


class Door(Enum):
    """Where a request comes in: it decides how it is read and answered. The value is shown to people."""

    POSTED = "/api/v2/alerts"
    INTAKE = "/intake"
    EVENTS = "/v2/enqueue"
    CHANGES = "/v2/change/enqueue"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender is told."""

    status: int
    body: bytes = b""
    media_type: bytes = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()


Waiting = asyncio.Future[Answer] | concurrent.futures.Future[Answer]


@dataclass(slots=True, kw_only=True)
class Request:
    """One request.

    `secret` opens the door: a source's key or a token. `source` is set where it is known already, for
    a dead letter that is read again. `refused` says why the body was not even taken.
    """

    door: Door
    waiting: Waiting
    body: bytes = b""
    encoding: bytes = b""
    secret: str | None = None
    source: str | None = None
    refused: Refused | None = None
    is_replay: bool = False


def refusal_answer(refused: Refused) -> Answer:
    """A refusal as problem+json (RFC 9457), with an integer `Retry-After` where trying again helps."""
    status = OWN.get(refused.code) or status_of(refused.code)
    said = {
        "type": f"urn:tocsin:problem:{refused.code}",
        "title": refused.code.replace("_", " ").capitalize(),
        "status": status,
        "code": refused.code,
        "detail": str(refused.reason),
    }
    headers: list[tuple[bytes, bytes]] = []
    if refused.retry_after_seconds is not None:
        headers.append((b"retry-after", str(refused.retry_after_seconds).encode()))
    if refused.code == "not_signed_in":
        headers.append((b"www-authenticate", b'Bearer, Basic realm="Tocsin"'))
    return Answer(status, msgspec.json.encode(said), PROBLEM, tuple(headers))
