"""Hands files to the operator's virus scanner: a command of theirs, or clamd over TCP (INSTREAM).

The scanner is the operator's setting, so the rule for addresses of others does not concern it. What it
says is hostile input: one line of it is kept. Nothing is written to a disk.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread, Timer
from typing import IO, Final

WHOLE_SECONDS: Final = 60.0
STEP_SECONDS: Final = 20.0
LONGEST_ANSWER: Final = 4096
LONGEST_FINDING: Final = 200
CLEAN: Final = 0
INFECTED: Final = 1
NAMELESS: Final = "something that it did not name"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said: `finding` is None where it found nothing."""

    finding: str | None = None


Scan = Callable[[Iterator[bytes]], Verdict | None]
"""Scans the plain bytes of a file, piece by piece. None where it could not: ask again later."""


def scanner(command: Sequence[str], address: str) -> Scan | None:
    """The scanner that the settings name, or None. Raises `ValueError` for what cannot be one."""
    if command and address:
        raise ValueError("set scan_command or scan_address, not both")
    if command:
        return lambda pieces: by_command(command, pieces)
    if not address:
        return None
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("scan_address must be host:port")
    return lambda pieces: by_clamd((host.strip("[]"), int(port)), pieces)


def by_command(
    command: Sequence[str], pieces: Iterator[bytes], seconds: float = WHOLE_SECONDS
) -> Verdict | None:
    """What a command says: exit code 0 is clean, 1 infected, anything else that it could not scan.

    It gets the bytes on its standard input, and of our environment only the search path.
    """
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    try:
        running = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return None
    with running:
        said = _given(running, pieces, seconds)
    if running.returncode == INFECTED:
        return Verdict(named(said))
    return Verdict() if running.returncode == CLEAN else None


def _given(running: subprocess.Popen[bytes], pieces: Iterator[bytes], seconds: float) -> bytes:
    """Give a command the bytes, and answer the beginning of what it says; it ends in time."""
    assert running.stdin is not None, "it was asked for"
    assert running.stdout is not None, "as above"
    answer: list[bytes] = []
    reading = Thread(target=_read, args=[running.stdout, answer], daemon=True)
    ending = Timer(seconds, _end, args=[running])
    ending.daemon = True
    reading.start()
    ending.start()
    try:
        with suppress(BrokenPipeError):
            for piece in pieces:
                running.stdin.write(piece)
        with suppress(BrokenPipeError):
            running.stdin.close()
        running.wait()
    except BaseException:
        _end(running)
        raise
    finally:
        ending.cancel()
    reading.join(STEP_SECONDS)
    return b"".join(answer)


def _read(stream: IO[bytes], answer: list[bytes]) -> None:
    with suppress(ValueError, OSError):
        answer.append(stream.read(LONGEST_ANSWER))
        while stream.read(LONGEST_ANSWER):
            """What else it says is not kept."""


def _end(running: subprocess.Popen[bytes]) -> None:
    """End a command that takes too long, with whatever it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.pid, signal.SIGKILL)


def by_clamd(place: tuple[str, int], pieces: Iterator[bytes]) -> Verdict | None:
    """What clamd says. Each piece goes after its length in four bytes; a length of none is the end."""
    try:
        with socket.create_connection(place, timeout=STEP_SECONDS) as talking:
            answer = _streamed(talking, pieces)
    except OSError:
        return None
    line = answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
    if line.endswith("FOUND"):
        finding = line.removesuffix("FOUND").partition(":")[2]
        return Verdict(named(finding.encode()))
    return Verdict() if line.endswith(": OK") else None


def _streamed(talking: socket.socket, pieces: Iterator[bytes]) -> bytes:
    with suppress(BrokenPipeError, ConnectionResetError):  # it may have said enough already
        talking.sendall(b"zINSTREAM\0")
        for piece in pieces:
            talking.sendall(len(piece).to_bytes(4) + piece)
        talking.sendall(bytes(4))
    answer = b""
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        some = talking.recv(LONGEST_ANSWER)
        if not some:
            break
        answer += some
    return answer


def named(said: bytes) -> str:
    """The name of a finding: the first line, without what cannot be seen."""
    lines = said.decode("utf-8", "replace").strip().splitlines() or [""]
    seen = "".join(sign for sign in lines[0] if sign.isprintable()).strip()
    return seen[:LONGEST_FINDING] or NAMELESS
