"""A request goes where it may, waits as long as it may, and reads as much as it may."""

import datetime as dates
import ssl
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from receivers import (
    Asked,
    Server,
    asks_to_wait,
    drips,
    fails,
    floods,
    receiving,
    swallows,
    takes,
)

from tocsin.outbox.address import reach
from tocsin.outbox.call import HttpCall
from tocsin.outbox.http import Patience, Unreachable, Web

NAME = "hooks.example"


def to_loopback(_: str, __: int) -> list[str]:
    return ["127.0.0.1"]


def unknown(_: str, __: int) -> list[str]:
    raise OSError("no such name")


INSIDE = Web(reach(["127.0.0.0/8"]), resolving=to_loopback)


def post(url: str) -> HttpCall:
    return HttpCall(method="POST", url=url, receiver="r", body=b"{}")


def test_a_call_that_is_taken_is_final() -> None:
    with receiving(takes) as receiver:
        outcome = INSIDE.send(post(receiver.url), {"webhook-id": "msg_1"})
    assert (outcome.was_taken, outcome.is_final, outcome.status) == (True, True, 204)
    assert receiver.heard[0].body == b"{}"
    assert receiver.ids == ["msg_1"]


def test_loopback_is_not_reached_unless_the_operator_lists_it() -> None:
    with receiving(takes) as receiver:
        outcome = Web().send(post(receiver.url), {})
        renamed = Web(resolving=to_loopback).send(post(f"https://{NAME}:{receiver.port}/"), {})
    assert (outcome.is_final, renamed.is_final) == (True, True)
    assert "not in the open Internet" in renamed.word
    assert receiver.heard == []


def test_nothing_goes_out_in_clear() -> None:
    outcome = Web(resolving=lambda _, __: ["93.184.216.34"]).send(post(f"http://{NAME}/"), {})
    assert "Only https://" in outcome.word


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://u:p@127.0.0.1/", "http:///", "x"]
)
def test_other_addresses_are_never_tried(url: str) -> None:
    assert INSIDE.send(post(url), {}).is_final


def test_a_redirect_is_not_followed() -> None:
    with receiving(takes) as other:

        def sends_on(asked: Asked) -> None:
            asked.reply(302, Location=other.url)

        with receiving(sends_on) as receiver:
            outcome = INSIDE.send(post(receiver.url), {})
    assert (outcome.was_taken, outcome.is_final, outcome.status) == (False, True, 302)
    assert other.heard == []


def test_what_may_pass_is_not_final() -> None:
    with receiving(fails) as failing, receiving(asks_to_wait) as busy:
        assert not INSIDE.send(post(failing.url), {}).is_final
        outcome = INSIDE.send(post(busy.url), {})
    assert (outcome.is_final, outcome.retry_after_seconds) == (False, 120)
    assert not INSIDE.send(post(failing.url), {}).is_final, "nobody listens there any more"


def test_a_silent_and_a_slow_receiver_are_left_when_the_time_is_up() -> None:
    short = Patience(step_seconds=0.3, whole_seconds=0.6)
    impatient = Web(reach(["127.0.0.0/8"]), resolving=to_loopback, patience=short)
    with receiving(swallows) as silent, receiving(drips) as slow:
        for receiver in (silent, slow):
            outcome = impatient.send(post(receiver.url), {})
            assert (outcome.is_final, outcome.word) == (False, "It did not answer in time.")


def test_of_a_long_reply_only_the_beginning_is_read() -> None:
    patient = Web(reach(["127.0.0.0/8"]))
    with receiving(floods) as receiver:
        outcome = patient.send(post(receiver.url), {})
        with pytest.raises(Unreachable, match="too long"):
            patient.fetch(receiver.url)
    assert outcome.was_taken
    assert len(outcome.reply) == 64 * 1024


def test_a_name_without_an_address_may_get_one() -> None:
    outcome = Web(resolving=unknown).send(post(f"https://{NAME}/"), {})
    assert (outcome.is_final, outcome.word) == (False, f"The name {NAME} has no address.")


def test_the_environment_does_not_send_us_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(takes) as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        assert INSIDE.send(post(receiver.url), {}).was_taken


def test_a_header_cannot_hold_another() -> None:
    with receiving(takes) as receiver:
        outcome = INSIDE.send(post(receiver.url), {"X-One": "1\r\nX-Two: 2"})
    assert outcome.is_final
    assert receiver.heard == []


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dates.datetime.now(dates.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dates.timedelta(days=1))
        .not_valid_after(now + dates.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def secured(tmp_path: Path) -> Generator[tuple[int, Path]]:
    """A TLS server that shows a certificate for one name."""
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    class Taking(Asked):
        def do_POST(self) -> None:  # noqa: N802 - the library's name
            self.rfile.read(int(self.headers["content-length"]))
            self.reply(200, self.headers["host"].encode())

    server = Server(("127.0.0.1", 0), Taking)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield server.server_address[1], file
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_connection_goes_to_the_address_and_tls_to_the_name(secured: tuple[int, Path]) -> None:
    port, file = secured
    trusting = ssl.create_default_context(cafile=str(file))
    web = Web(reach(["127.0.0.0/8"]), resolving=to_loopback, tls=trusting)
    outcome = web.send(post(f"https://{NAME}:{port}/"), {})
    assert (outcome.was_taken, outcome.reply) == (True, f"{NAME}:{port}".encode())
    other = web.send(post(f"https://other.example:{port}/"), {})
    assert (other.is_final, other.was_taken) == (False, False)
    assert "certificate" in other.word


def test_an_unknown_certificate_is_not_accepted(secured: tuple[int, Path]) -> None:
    outcome = INSIDE.send(post(f"https://{NAME}:{secured[0]}/"), {})
    assert (outcome.was_taken, outcome.is_final) == (False, False)
