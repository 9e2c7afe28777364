"""A thread that does one thing over and over: when woken, every so often, and until nothing is left.

What fails is logged and tried again; it never ends the loop. The log names the place, never values.
"""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from traceback import extract_tb
from typing import Final

import structlog

LOG: Final = structlog.get_logger("tocsin.background")

Step = Callable[[], bool]
"""Does some work, and answers whether more is waiting."""


def log_failure(what: str, error: BaseException) -> None:
    """Say that something failed and where. A message may hold words of people, so it is left out."""
    frames = extract_tb(error.__traceback__)
    at = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    LOG.error("failed", what=what, error=type(error).__name__, at=at)


def attempted(name: str, step: Step) -> bool:
    """Do a step; one that fails is logged, and has nothing more to do for now."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001 - whatever it was, the others go on
        log_failure(name, error)
        return False


class Loop:
    """One such thread."""

    def __init__(
        self,
        name: str,
        step: Step,
        *,
        every_seconds: float = 1.0,
        rest_seconds: float = 0.01,
        first_after_seconds: float = 0.0,
    ) -> None:
        """`rest_seconds` lie between being woken and the step: whoever woke it is answered first."""
        self.name = name
        self._step = step
        self._every_seconds = every_seconds
        self._rest_seconds = rest_seconds
        self._first_after_seconds = first_after_seconds
        self._woken = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Do not wait any longer."""
        self._woken.set()

    def stop(self) -> None:
        """Ask it to end after the step under way."""
        self._stopped.set()
        self._woken.set()

    def ended(self, by: float) -> bool:
        """Wait until it has ended, or until that moment of the monotonic clock."""
        if self._thread.is_alive():
            self._thread.join(max(0.0, by - monotonic()))
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._stopped.wait(self._first_after_seconds)
        while not self._stopped.is_set():
            self._woken.clear()
            if not self._once() and self._woken.wait(self._every_seconds):
                self._stopped.wait(self._rest_seconds)

    def _once(self) -> bool:
        try:
            return self._step()
        except Exception as error:  # noqa: BLE001 - the loop goes on, whatever its work does
            log_failure(self.name, error)
            self._stopped.wait(min(self._every_seconds, 1.0))
            return False
