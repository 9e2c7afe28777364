"""The SMTP listener of one process, where a setting names its place: a thread with a loop of its own.

The port decides which process on a machine takes mail in: one that finds it taken waits, and follows
within seconds where the other ends.
"""

import asyncio
import errno
import socket
from threading import Event, Thread
from typing import Final

import structlog

from tocsin.features.mail_in.intake import Intake, log_failure
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.outside import mail_terms
from tocsin.runtime.settings import Settings

LOG: Final = structlog.get_logger("tocsin.mail_in")
AGAIN_SECONDS: Final = 1.0
FINISH_SECONDS: Final = 2.0
STOP_SECONDS: Final = 5.0


class MailIn:
    """Takes mail in, or waits for its turn to; nothing at all where there is no `place`."""

    def __init__(self, intake: Intake | None, place: tuple[str, int] | None) -> None:
        self._intake = intake
        self._place = place
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="mail in", daemon=True)

    @classmethod
    def of(cls, ledger: Ledger, chosen: Settings) -> "MailIn":
        """As the settings have it. Refuses `bad_settings`."""
        terms = mail_terms(chosen)
        place = place_of(chosen)
        return cls(None if place is None else Intake(ledger, terms), place)

    def start(self) -> None:
        """Begin. Refuses `bad_settings` for a place that is none on this machine."""
        if self._place is not None:
            first = bound(self._place)
            if first is not None:
                first.close()
            self._thread.start()

    def stop(self) -> None:
        """End: what is being taken is finished, what is only talked about is hung up on."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            asyncio.run(self._listen())
        except Exception as error:  # noqa: BLE001 - the process goes on without it, and says so
            log_failure(error)

    async def _listen(self) -> None:
        listening = await self._when_free()
        if listening is None or self._intake is None:
            return
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._intake.conversation, sock=listening)
        LOG.info("listening", what="mail in")
        await loop.run_in_executor(None, self._stopped.wait)
        server.close()
        await self._intake.close(FINISH_SECONDS)

    async def _when_free(self) -> socket.socket | None:
        """The socket, once nobody else has its place; None where we are stopped before that."""
        assert self._place is not None, "it is not started without one"
        has_said = False
        loop = asyncio.get_running_loop()
        while not self._stopped.is_set():
            found = bound(self._place)
            if found is not None:
                return found
            if not has_said:
                LOG.warning("waiting", what="mail in", why="the port is taken by another process")
                has_said = True
            await loop.run_in_executor(None, self._stopped.wait, AGAIN_SECONDS)
        return None


def place_of(chosen: Settings) -> tuple[str, int] | None:
    """Where mail is taken in; None where nowhere. Refuses `bad_settings`."""
    if not chosen.mail_in:
        return None
    host, _, port = chosen.mail_in.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) <= 65535:  # noqa: PLR2004 - the last port
        raise Refused("bad_settings", "`mail_in` must be host:port, such as 127.0.0.1:2525.")
    return host.strip("[]"), int(port)


def bound(place: tuple[str, int]) -> socket.socket | None:
    """A socket at a place; None where another has it. Refuses `bad_settings` for what is no place."""
    listening = socket.socket(socket.AF_INET6 if ":" in place[0] else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(place)
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            return None
        sentence = f"`mail_in`: one cannot listen at {place[0]}:{place[1]} here."
        raise Refused("bad_settings", sentence) from None
    return listening
