"""Makes HTTP requests: no redirects, no ambient proxies, TLS verified, little time, short replies.

A reply is hostile input: it is cut off at its limit and never decompressed. httpx2 takes addresses
apart; its connections (httpcore2) are made by `connecting.py`.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Final

import httpcore2
import httpx2

from tocsin.foundation.clock import Clock, system_clock
from tocsin.outbox.address import Forbidden, Reach, Resolve
from tocsin.outbox.call import HttpCall, Outcome
from tocsin.outbox.connecting import Deadline, PinnedBackend, resolve
from tocsin.outbox.retrying import SUCCESS, is_permanent

REPLY_BYTES: Final = 64 * 1024
FETCHED_BYTES: Final = 4 * 1024 * 1024
STEPS: Final = ("connect", "read", "write")
PORTS: Final = {"http": 80, "https": 443}


class Unreachable(Exception):
    """A request that got no usable reply. `str()` of it is a sentence for people."""


class AnswerLost(Unreachable):
    """A request that was made, or begun, and got no answer: it may have been carried out."""


class NeverSent(Unreachable):
    """A request that will never be made as it is: a wrong address, or one that is forbidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long each step of a request may take, and all of them together."""

    step_seconds: float = 5.0
    whole_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: the status, the headers that matter, and the first part of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    was_cut: bool


@dataclass(frozen=True)
class Web:
    """The way to other systems by HTTP, within the operator's rule."""

    reach: Reach = field(default_factory=Reach)
    resolving: Resolve = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    clock: Clock = system_clock
    patience: Patience = field(default_factory=Patience)

    def send(self, call: HttpCall, more_headers: Mapping[str, str]) -> Outcome:
        """Make one attempt at a call, and say how it ended."""
        try:
            reply = self.ask(
                call.method, call.url, headers={**call.headers, **more_headers}, body=call.body
            )
        except Unreachable as error:
            return Outcome(
                was_taken=False,
                is_final=isinstance(error, NeverSent),
                may_have_arrived=isinstance(error, AnswerLost),
                at=self.clock(),
                word=str(error),
            )
        return self._judged(reply)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> bytes:
        """Read what a peer has to say, at most 4 MB. Raises `Unreachable`."""
        reply = self.ask("GET", url, headers=headers or {}, limit_bytes=FETCHED_BYTES)
        if reply.status not in SUCCESS:
            raise Unreachable(f"It answered {reply.status}.")
        if reply.was_cut:
            raise Unreachable("Its answer is too long.")
        return reply.body

    def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        limit_bytes: int = REPLY_BYTES,
    ) -> Reply:
        """Make one request and read the reply up to a limit. Raises `Unreachable`."""
        try:
            target = _target(url)
            own = {"Host": _host(target), "User-Agent": "Tocsin"}
            backend = PinnedBackend(
                self.reach,
                self.resolving,
                Deadline(self.patience.whole_seconds),
                in_clear=target.scheme == b"http",
            )
            with (
                httpcore2.ConnectionPool(ssl_context=self.tls, network_backend=backend) as pool,
                pool.stream(
                    method,
                    target,
                    headers=[*own.items(), *headers.items()],
                    content=body,
                    extensions={"timeout": dict.fromkeys(STEPS, self.patience.step_seconds)},
                ) as response,
            ):
                return _read(response, limit_bytes)
        except (Forbidden, httpx2.InvalidURL, httpcore2.LocalProtocolError, ValueError) as error:
            raise NeverSent(str(error)) from error
        except (httpcore2.ConnectTimeout, httpcore2.ConnectError) as error:
            raise Unreachable(_told(error)) from error
        except httpcore2.TimeoutException as error:
            raise AnswerLost("It did not answer in time.") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            raise AnswerLost("The connection broke off.") from error

    def _judged(self, reply: Reply) -> Outcome:
        was_taken = reply.status in SUCCESS
        return Outcome(
            was_taken=was_taken,
            is_final=was_taken or is_permanent(reply.status),
            at=self.clock(),
            word=f"It answered {reply.status}.",
            status=reply.status,
            reply=reply.body,
            receipt=reply.headers.get("x-request-id", "")[:200] or None,
            retry_after_seconds=self._asked_to_wait(reply.headers.get("retry-after", "")),
        )

    def _asked_to_wait(self, written: str) -> float | None:
        """`Retry-After` in seconds or as a date; anything else is not heard."""
        if written.strip().isdecimal():
            return float(written[:9])
        try:
            until = parsedate_to_datetime(written)
            return max(0.0, (until - self.clock()).total_seconds())
        except (ValueError, TypeError):
            return None


def _target(url: str) -> httpcore2.URL:
    parsed = httpx2.URL(url)
    if parsed.scheme not in PORTS or not parsed.host or parsed.userinfo:
        raise Forbidden("The address must begin with https:// and hold no password.")
    return httpcore2.URL(
        scheme=parsed.raw_scheme,
        host=parsed.raw_host,
        port=parsed.port or PORTS[parsed.scheme],
        target=parsed.raw_path,
    )


def _host(target: httpcore2.URL) -> str:
    host = target.host.decode()
    shown = f"[{host}]" if ":" in host else host
    usual = target.port == PORTS[target.scheme.decode()]
    return shown if usual else f"{shown}:{target.port}"


def _read(response: httpcore2.Response, limit_bytes: int) -> Reply:
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > limit_bytes:
            break
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
    return Reply(response.status, headers, bytes(body[:limit_bytes]), len(body) > limit_bytes)


def _told(error: Exception) -> str:
    """A sentence about a connection that was not made, without what the peer wrote."""
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"Its certificate is not accepted: {cause.verify_message}."
    if isinstance(cause, ssl.SSLError):
        return "No encrypted connection could be made."
    return str(error) if str(error).endswith("has no address.") else "It cannot be reached."
