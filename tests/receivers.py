"""Receivers for the tests: real servers on loopback that take messages, well or badly."""

import socketserver
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Heard:
    at: datetime
    path: str
    headers: dict[str, str]
    body: bytes


Behave = Callable[["Asked"], None]


@dataclass
class Receiver:
    """What a server on loopback heard, and how it behaves."""

    behave: Behave
    heard: list[Heard] = field(default_factory=list[Heard])
    released: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.heard]


class Asked(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.heard.append(Heard(datetime.now(UTC), self.path, headers, body))
        with suppress(OSError):
            self.receiver.behave(self)

    do_GET = do_POST  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that hangs up is no fault of the test."""


@contextmanager
def receiving(behave: Behave) -> Generator[Receiver]:
    receiver = Receiver(behave)
    server = Server(("127.0.0.1", 0), type("Own", (Asked,), {"receiver": receiver}))
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def takes(asked: Asked) -> None:
    asked.reply(204)


def fails(asked: Asked) -> None:
    asked.reply(500)


def asks_to_wait(asked: Asked) -> None:
    asked.reply(429, Retry_After="120")


def swallows(asked: Asked) -> None:
    asked.receiver.released.wait(30)


def drips(asked: Asked) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + b"x" * 99:
        asked.wfile.write(bytes([byte]))
        if asked.receiver.released.wait(0.2):
            return


def floods(asked: Asked) -> None:
    asked.send_response(200)
    asked.end_headers()
    for _ in range(480):
        asked.wfile.write(b"x" * 65536)


class MailSink(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs to hand over mail."""

    mails: list[tuple[str, bytes]]
    refuses: str | None = None

    def handle(self) -> None:
        self._say("220 sink")
        to = ""
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT TO:"):
                to = line[8:].strip().partition(">")[0].lstrip("<")
                self._say(self.refuses or "250 ok")
            elif word == "DATA":
                self._say("354 go on")
                self.mails.append((to, self._data()))
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


@contextmanager
def mail_sink(refuses: str | None = None) -> Generator[tuple[str, list[tuple[str, bytes]]]]:
    """The URL of a mail server, and the mails it took: recipient and message."""
    mails: list[tuple[str, bytes]] = []
    made = type("OwnSink", (MailSink,), {"mails": mails, "refuses": refuses})
    server = MailServer(("127.0.0.1", 0), made)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{server.server_address[1]}", mails
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
