"""What making papers asks of whoever runs Tocsin: how much one may take, and how many at once."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final

from tocsin.foundation.refusal import Refused

AT_ONCE: Final = 2
AGAIN_SECONDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one paper may take: entries, bytes of text, seconds, and memory of its process."""

    entries: int = 20_000
    text_bytes: int = 16_000_000
    seconds: int = 60
    memory_bytes: int = 2_000_000_000


class Slots:
    """How many PDFs may be in the making at once, in this process."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = BoundedSemaphore(at_once)

    @contextmanager
    def one(self) -> Generator[None]:
        """Room for one. Refuses `rate_limited` where there is none: nobody waits in a line."""
        if not self._free.acquire(blocking=False):
            sentence = "Other PDFs are being made just now. Try again in a moment."
            raise Refused("rate_limited", sentence, retry_after_seconds=AGAIN_SECONDS)
        try:
            yield
        finally:
            self._free.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms on which papers are made here."""

    limits: Limits = Limits()
    slots: Slots = field(default_factory=Slots)
