"""Who is refused while they still send: told so, let go soon, and in nobody's way. On real sockets."""

import http.client
import json
import select
import socket
from collections.abc import Generator, Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest
from processes import GIVE_UP_SECONDS, until
from serving import served

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence.port import MOST_OF_ONE_SENDER
from tocsin.features.evidence.rows import never_came
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.people import commands as people
from tocsin.foundation.clock import system_clock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime import unread
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database

LIMIT = 1000
MUCH = 8 * unread.MOST_BYTES


class Door:
    """Where files are sent to, and the token of somebody who may."""

    def __init__(self, ledger: Ledger, address: str, token: str, reference: str) -> None:
        parts = urlsplit(address)
        self.ledger = ledger
        self.place = (str(parts.hostname), int(parts.port or 0))
        self.token = token
        self.path = f"/api/v1/incidents/{reference}/attachments?name=pool.log"

    def connect(self) -> socket.socket:
        return socket.create_connection(self.place, timeout=GIVE_UP_SECONDS)

    def begin(self, *, token: str, length: int | None = None, extra: str = "") -> socket.socket:
        """Send the head of an upload, of so many bytes or in chunks."""
        size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
        lines = (
            f"POST {self.path} HTTP/1.1",
            "host: tocsin",
            f"authorization: Bearer {token}",
            size,
        )
        sending = self.connect()
        sending.sendall(("\r\n".join(lines) + f"\r\n{extra}\r\n").encode())
        return sending

    def coming(self) -> int:
        """How many files are on their way in."""
        with self.ledger.read() as rows:
            return len(never_came(rows, self.ledger.clock(), 100))

    def attach(self, size: int) -> int:
        """Attach a file of so many bytes; how that is answered."""
        going = http.client.HTTPConnection(*self.place, timeout=GIVE_UP_SECONDS)
        bearer = {"authorization": f"Bearer {self.token}"}
        going.request("POST", self.path, b"a" * size, bearer)
        status = going.getresponse().status
        going.close()
        return status


@pytest.fixture
def door(database: Database, tmp_path: Path) -> Generator[Door]:
    (tmp_path / "keys").mkdir()
    ledger = found(database, keys.make(), system_clock, origin="test")
    token = people.create_token(host_work(ledger), name="t", role=Role.RESPONDER)
    rex = UnitOfWork(ledger, holding(Role.RESPONDER, By(id="rex", kind="person"), "rex"))
    reference = incidents.declare(rex, Declaration(title="Cards refused")).incident.reference
    app = make_app(ledger, Settings(data_folder=tmp_path, attachment_bytes=LIMIT))
    with served(app) as address:
        yield Door(ledger, address, token, reference)


def chunk(size: int) -> bytes:
    return b"%x\r\n" % size + b"a" * size + b"\r\n"


def answered(sending: socket.socket) -> tuple[int, bytes]:
    """The status and the whole of what comes until the server hangs up."""
    whole = b""
    try:
        while some := sending.recv(65_536):
            whole += some
    except ConnectionResetError:
        """It hung up on what was still being sent."""
    return int(whole.split(b" ", 2)[1]), whole


def test_who_was_refused_keeps_no_place_from_those_who_come_next(door: Door) -> None:
    senders = [door.begin(token=door.token) for _ in range(MOST_OF_ONE_SENDER)]
    for sender in senders:
        sender.sendall(chunk(LIMIT // 2))
    until(lambda: door.coming() == MOST_OF_ONE_SENDER, "not taken in")
    assert door.attach(10) == 429, "so many at once are all that one may send"
    for sender in senders:
        sender.sendall(chunk(LIMIT))
    until(lambda: door.attach(10) == 201, "the refused keep their places")
    for sender in senders:
        status, said = answered(sender)
        assert (status, b"body_too_large" in said) == (413, True)
        sender.close()


def test_a_refusal_reaches_who_sends_all_of_it_and_the_connection_goes_on(door: Door) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(5):
            yield b"a" * 1_000_000

    going = http.client.HTTPConnection(*door.place, timeout=GIVE_UP_SECONDS)
    for token, status, code in ((door.token, 413, "body_too_large"), ("x", 401, "not_signed_in")):
        bearer = {"authorization": f"Bearer {token}"}
        going.request("POST", door.path, pieces(), bearer, encode_chunked=True)
        answer = going.getresponse()
        assert (answer.status, json.loads(answer.read())["code"]) == (status, code)
        assert answer.headers["connection"] is None
    kept = going.sock
    going.request("GET", "/api/v1/incidents", headers={"authorization": f"Bearer {door.token}"})
    assert going.getresponse().status == 200
    assert going.sock is kept
    going.close()


def test_who_is_not_signed_in_is_cut_off_however_much_they_send(door: Door) -> None:
    sending = door.begin(token="x", length=10 * MUCH)
    size, piece = 0, bytes(1_000_000)
    try:
        while size < MUCH:
            sending.sendall(piece)
            size += len(piece)
    except OSError:
        """Cut off."""
    sending.close()
    assert size < MUCH
    assert door.attach(10) == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_sends_on_and_on_slowly_is_told_and_hung_up_on(door: Door) -> None:
    """It takes the five seconds that they are given, and no database has a part in it."""
    sending = door.begin(token="x", length=MUCH)
    began = monotonic()
    while not select.select([sending], [], [], 0.05)[0]:
        sending.sendall(b"a")
        assert monotonic() - began < GIVE_UP_SECONDS, "no answer"
    status, said = answered(sending)
    sending.close()
    assert status == 401
    assert b"\r\nconnection: close\r\n" in said


def test_nobody_is_asked_for_a_body_that_is_refused_anyway(door: Door) -> None:
    with door.begin(token="x", length=LIMIT, extra="expect: 100-continue\r\n") as sending:
        status, said = answered(sending)
    assert status == 401
    assert b"100 Continue" not in said
    assert b"\r\nconnection: close\r\n" in said
