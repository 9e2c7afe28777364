"""The intake: a bare ASGI application for what monitors send, ahead of the web framework.

The loop's thread only takes requests apart; one writer's thread reads, stores and answers them. It
never answers 2xx before the data is on disk, and never asks the database on the loop.
"""

import asyncio
import base64
import binascii
import concurrent.futures
from typing import Final

from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from tocsin.features.alerts.intake.admission import ActorOfToken, Admission
from tocsin.features.alerts.intake.memory import Memory
from tocsin.features.alerts.intake.reading import Reader
from tocsin.features.alerts.intake.request import (
    LARGEST_BYTES,
    Answer,
    Door,
    Request,
    refusal_answer,
)
from tocsin.features.alerts.intake.writer import Writer
from tocsin.features.alerts.port import Dialects
from tocsin.features.alerts.rows.kept import DeadLetter
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger

REPLAY_SECONDS: Final = 30

__all__ = ["Intake"]


class Intake:
    """Answers `POST` to `/api/v2/alerts`, `/am/{key}/api/v2/alerts`, `/intake/{key}` and PagerDuty's."""

    def __init__(self, ledger: Ledger, dialects: Dialects, actor_of_token: ActorOfToken) -> None:
        memory = Memory()
        self._writer = Writer(
            ledger, memory, Reader(memory, dialects), Admission(ledger, actor_of_token)
        )

    async def start(self) -> None:
        """Begin to take signals."""
        await asyncio.to_thread(self._writer.start)

    async def stop(self) -> None:
        """End, after everything that was taken is stored and answered."""
        await asyncio.to_thread(self._writer.stop)

    def answers(self, scope: Scope) -> bool:
        """Whether a request is for the intake."""
        return (
            scope["type"] == ScopeType.HTTP
            and scope["method"] == "POST"
            and _door_and_key(scope["path"]) is not None
        )

    def replay(self, letter: DeadLetter, body: bytes) -> None:
        """Read a dead letter as if it came now. Refuses `still_unreadable` with the reason."""
        waiting: concurrent.futures.Future[Answer] = concurrent.futures.Future()
        door = Door(letter.path)
        request = Request(
            door=door, waiting=waiting, body=body, source=letter.source, is_replay=True
        )
        self._writer.take(request)
        answer = waiting.result(REPLAY_SECONDS)
        if answer.status >= 300:  # noqa: PLR2004 - not a success
            said = answer.body.decode(errors="replace")
            raise Refused(
                "still_unreadable", phrase("It still cannot be read: %(said)s", said=said)
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = _door_and_key(scope["path"])
        assert found is not None, "`answers` said that it is for the intake"
        door, key = found
        try:
            body = await _body(scope, receive)
        except _Gone:
            return
        except Refused as refused:
            await _send(send, await self._told(self._request(scope, door, key, refused)))
            return
        request = self._request(scope, door, key, None)
        request.body = body
        await _send(send, await self._told(request))

    def _request(
        self, scope: Scope, door: Door, key: str | None, refused: Refused | None
    ) -> Request:
        encoding = authorization = b""
        for name, value in scope["headers"]:
            if name == b"content-encoding":
                encoding = value.strip().lower()
            elif name == b"authorization":
                authorization = value
        return Request(
            door=door,
            waiting=asyncio.get_running_loop().create_future(),
            encoding=encoding,
            secret=key or _secret(authorization),
            refused=refused,
        )

    async def _told(self, request: Request) -> Answer:
        try:
            self._writer.take(request)
        except Refused as refused:
            return refusal_answer(refused)
        assert isinstance(request.waiting, asyncio.Future)
        return await request.waiting


class _Gone(Exception):
    """The client left before it had sent everything."""


def _door_and_key(path: str) -> tuple[Door, str | None] | None:
    match path.split("/"):
        case ["", "api", "v2", "alerts"]:
            return Door.POSTED, None
        case ["", "am", key, "api", "v2", "alerts"] if key:
            return Door.POSTED, key
        case ["", "intake", key] if key:
            return Door.INTAKE, key
        case ["", "v2", "enqueue"]:
            return Door.EVENTS, None
        case ["", "v2", "change", "enqueue"]:
            return Door.CHANGES, None
        case _:
            return None


def _secret(authorization: bytes) -> str | None:
    scheme, _, said = authorization.strip().partition(b" ")
    try:
        match scheme.lower():
            case b"bearer":
                return said.strip().decode() or None
            case b"basic":
                user, _, password = base64.b64decode(said, validate=True).partition(b":")
                return (password or user).decode() or None
            case _:
                return None
    except (binascii.Error, UnicodeDecodeError):
        return None


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Refuses `body_too_large` before more than is allowed is held."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > LARGEST_BYTES:
            raise _too_large()
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        return _not_too_large(message.get("body", b""))
    parts = bytearray()
    while message["type"] == "http.request":
        parts += message.get("body", b"")
        _not_too_large(parts)
        if not message.get("more_body", False):
            return bytes(parts)
        message = await receive()
    raise _Gone


def _not_too_large(body: bytes | bytearray) -> bytes:
    if len(body) > LARGEST_BYTES:
        raise _too_large()
    return body if isinstance(body, bytes) else b""


def _too_large() -> Refused:
    return Refused(
        "body_too_large", phrase("A body may hold at most %(most)s bytes.", most=LARGEST_BYTES)
    )


async def _send(send: Send, answer: Answer) -> None:
    headers = [(b"content-length", str(len(answer.body)).encode()), *answer.headers]
    if answer.body:
        headers.append((b"content-type", answer.media_type))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
