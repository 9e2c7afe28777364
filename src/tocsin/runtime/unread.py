"""What of a body is not read when a request is answered: let go by for a while, or the connection closed.

Who still sends comes to read the answer only afterwards. So the rest is read and forgotten, but neither
much of it nor for long: a refusal holds no connection (RFC 9112, 9.6; for `Expect` RFC 9110, 10.1.1).
"""

from collections.abc import Callable
from typing import Any, Final

from anyio import move_on_after
from litestar.types import Message, Receive, Scope, Send

MOST_BYTES: Final = 32_000_000
MOST_SECONDS: Final = 5.0
CLOSING: Final = (b"connection", b"close")


class Body:
    """The body of one request, as far as it was read."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        self._receive = receive
        self._is_over = not length.strip(b"0") and b"transfer-encoding" not in headers
        self._is_held_back = headers.get(b"expect", b"").lower() == b"100-continue"

    async def receive(self) -> Any:  # noqa: ANN401 - Litestar names the messages of both directions alike
        """The next piece of it, as ASGI has it."""
        self._is_held_back = False
        message: Any = await self._receive()
        self._is_over = self._is_over or not message.get("more_body", False)
        return message

    def answered_by(self, send: Send) -> Callable[[Message], Any]:
        """Sends an answer once the body has come to its end, or says with it that the connection ends."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not await self._let_go():
                message["headers"] = [*message["headers"], CLOSING]
            await send(message)

        return sending

    async def _let_go(self) -> bool:
        """Read and forget what is left, within bounds; whether that was all of it.

        Nothing is asked for that a client holds back until somebody wants it.
        """
        size = 0
        with move_on_after(MOST_SECONDS):
            while not self._is_over and not self._is_held_back and size < MOST_BYTES:
                size += len((await self.receive()).get("body", b""))
        return self._is_over
