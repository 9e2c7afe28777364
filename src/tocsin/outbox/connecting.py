"""Connections for outgoing requests: to the one address that was judged, within the time that is left.

The rule of `address.py` stands where the connection is made, so nothing goes round it. TLS still
checks the name. A peer that sends a byte a second is dropped when the whole time is used up.
"""

import socket
import ssl
from collections.abc import Iterable, Sequence
from threading import Thread
from time import monotonic
from typing import Any

import httpcore2

from tocsin.outbox.address import Forbidden, Reach, Resolve


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Deadline:
    """How much is left of the time that one call may take."""

    def __init__(self, seconds: float) -> None:
        self._ends = monotonic() + seconds

    def left(self, at_most: float | None, error: type[Exception]) -> float:
        """The seconds left, at most so many. Raises the error where none are."""
        left = self._ends - monotonic()
        if left <= 0:
            raise error("the whole time is used up")
        return left if at_most is None else min(left, at_most)


class PinnedBackend(httpcore2.NetworkBackend):
    """Opens connections as the rule allows, for one call."""

    def __init__(
        self, reach: Reach, resolving: Resolve, deadline: Deadline, *, in_clear: bool
    ) -> None:
        self._reach = reach
        self._in_clear = in_clear
        self._resolve = resolving
        self._deadline = deadline
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the address that the rule chooses. Raises `Forbidden`."""
        address = self._reach.choose(host, port, self._resolve_in_time)
        if self._in_clear and not self._reach.is_listed(address):
            raise Forbidden("Only https:// goes out of the networks that the operator allows.")
        left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        stream = self._sockets.connect_tcp(str(address), port, left, local_address, socket_options)
        return TimedStream(stream, self._deadline)

    def _resolve_in_time(self, host: str, port: int) -> Sequence[str]:
        """Resolve in a thread of its own: the system's resolver knows no time limit."""
        answer: list[Sequence[str] | OSError] = []

        def ask() -> None:
            try:
                answer.append(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answer.append(OSError(str(error)))

        asking = Thread(target=ask, name="resolve", daemon=True)
        asking.start()
        asking.join(self._deadline.left(5.0, httpcore2.ConnectTimeout))
        found = answer[0] if answer else OSError("the name was not resolved in time")
        if isinstance(found, OSError):
            raise httpcore2.ConnectError(f"The name {host} has no address.") from found
        return found


class TimedStream(httpcore2.NetworkStream):
    """A connection of which every step ends with the call's whole time."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there."""
        return self._stream.read(max_bytes, self._deadline.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of it."""
        self._stream.write(buffer, self._deadline.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Encrypt, and check that the peer has the name."""
        left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        return TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's signature
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)
