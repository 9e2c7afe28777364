"""What keeping files asks of whoever runs Tocsin: how much there may be, and what scans them."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from tocsin.foundation.refusal import Refused
from tocsin.outbox.scanning import Scan

MOST_OF_A_FILE: Final = 25_000_000
MOST_OF_AN_INCIDENT: Final = 250_000_000
MOST_SENDING: Final = 16
MOST_OF_ONE_SENDER: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many bytes there may be, in one file and in all files of an incident."""

    file_bytes: int = MOST_OF_A_FILE
    incident_bytes: int = MOST_OF_AN_INCIDENT


class Slots:
    """How many files may be on their way in at once, in this process and from one actor."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sending: Counter[str] = Counter()

    @contextmanager
    def one(self, actor: str) -> Generator[None]:
        """Room for one sender. Refuses `rate_limited` where there is none."""
        with self._lock:
            if self._sending.total() >= MOST_SENDING or self._sending[actor] >= MOST_OF_ONE_SENDER:
                sentence = "Too many files are being sent at once. Try again in a moment."
                raise Refused("rate_limited", sentence, retry_after_seconds=5)
            self._sending[actor] += 1
        try:
            yield
        finally:
            with self._lock:
                self._sending[actor] -= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms on which files are kept here. What was withdrawn is remembered beside the keys."""

    limits: Limits = Limits()
    scan: Scan | None = None
    keys_folder: Path | None = None
    slots: Slots = field(default_factory=Slots)
