"""The operator's scanner is asked, believed where it is clear, and never waited for without end."""

import socket
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from tocsin.outbox.scanning import Scan, Verdict, by_command, named, scanner

EICAR = b"X5O!P%@AP EICAR"


def pieces(body: bytes, size: int = 7) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    def write(text: str) -> list[str]:
        file = tmp_path / "scanner"
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)
        return [str(file)]

    return write


def test_a_command_says_clean_or_names_what_it_found(script: Callable[[str], list[str]]) -> None:
    scan = scanner(script("grep -q EICAR && { echo Eicar-Test; exit 1; }; exit 0"), "")
    assert scan is not None
    assert scan(pieces(b"clean" * 100_000, 262_144)) == Verdict()
    assert scan(pieces(EICAR)) == Verdict("Eicar-Test")


@pytest.mark.parametrize("text", ["exit 2", "exit 127", "kill -9 $$"])
def test_any_other_end_is_no_verdict(script: Callable[[str], list[str]], text: str) -> None:
    assert by_command(script(text), pieces(EICAR)) is None


def test_a_command_that_is_not_there_is_no_verdict() -> None:
    assert by_command(["/not/there"], pieces(EICAR)) is None


def test_a_command_that_does_not_read_or_end_is_ended(script: Callable[[str], list[str]]) -> None:
    began = time.monotonic()
    assert by_command(script("sleep 100"), pieces(b"a" * 1_000_000, 65_536), 0.5) is None
    assert time.monotonic() - began < 30


def test_a_command_that_talks_without_end_is_read_for_a_line(
    script: Callable[[str], list[str]],
) -> None:
    text = "head -c 3000000 /dev/zero | tr '\\0' x; cat >/dev/null; exit 1"
    verdict = by_command(script(text), pieces(b"a" * 1_000_000, 65_536))
    assert verdict == Verdict("x" * 200)


def test_a_command_gets_no_secret_of_ours(
    script: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_SMTP_URL", "smtp://secret")
    verdict = by_command(script("cat >/dev/null; env | grep -c TOCSIN; exit 1"), pieces(EICAR))
    assert verdict == Verdict("0")


@contextmanager
def clamd(answer: bytes, received: bytearray) -> Generator[str]:
    """A server that speaks clamd's INSTREAM, and answers always the same."""
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        talking, _ = listening.accept()
        with talking, talking.makefile("rb") as coming:
            assert coming.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(coming.read(4)):
                received.extend(coming.read(length))
            talking.sendall(answer)

    thread = Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        thread.join(10)
        listening.close()


def of_clamd(answer: bytes) -> tuple[Verdict | None, bytes]:
    received = bytearray()
    with clamd(answer, received) as address:
        scan: Scan | None = scanner((), address)
        assert scan is not None
        return scan(pieces(EICAR)), bytes(received)


def test_clamd_is_given_every_byte_and_believed() -> None:
    assert of_clamd(b"stream: OK\0") == (Verdict(), EICAR)
    assert of_clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0") == (
        Verdict("Win.Test.EICAR_HDB-1"),
        EICAR,
    )


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"OK\0", b"\xff\xfe"]
)
def test_anything_else_clamd_says_is_no_verdict(answer: bytes) -> None:
    assert of_clamd(answer)[0] is None


def test_a_clamd_that_is_away_is_no_verdict() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    scan = scanner((), f"127.0.0.1:{port}")
    assert scan is not None
    assert scan(pieces(EICAR)) is None


def test_a_setting_that_is_no_scanner_is_refused() -> None:
    for address in ("clamd", "clamd:", ":3310", "clamd:x"):
        with pytest.raises(ValueError, match="host:port"):
            scanner((), address)
    with pytest.raises(ValueError, match="not both"):
        scanner(["scan"], "clamd:3310")
    assert scanner((), "") is None


def test_a_finding_is_one_line_without_what_cannot_be_seen() -> None:
    assert named(b"Eicar\x1b[31m\nmore") == "Eicar[31m"
    assert named(b"\xff" * 500) == "\ufffd" * 200
    assert named(b"") == "something that it did not name"
