"""Mail over SMTP (RFC 5321): one recipient at a time, and 250 when all of it is on disk.

What is wrong for good is answered with 5xx, what may be right later with 4xx: whoever sends keeps the
mail and tries again. Logs name no address and no word of a mail.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from traceback import extract_tb
from typing import Any, Final, cast

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from tocsin.access.status import status_of
from tocsin.features.mail_in import commands
from tocsin.features.mail_in.commands import Brought
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.rules.throttle import WrongAddresses
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger

LOG: Final = structlog.get_logger("tocsin.mail_in")
LOUD: Final = ("mail.log", "mail.debug")
"""Where the library writes every line of every conversation: addresses, which are secrets here."""

AT_ONCE: Final = 4
MOST_CONNECTIONS: Final = 16
WHOLE_SECONDS: Final = 300
PARSER: Final = "email/_header_value_parser.py"
"""Where the library has addresses read; some lines that are none end there in an error."""

CALM: Final = frozenset({408, 429, 503, 507})
"""Refusals that may be none a little later, as HTTP has them."""

OK: Final = "250 2.0.0 Taken"
ADDRESS_OK: Final = "250 2.1.5 Ok"
UNKNOWN: Final = "550 5.1.1 No such address"
TOO_MANY_WRONG: Final = "450 4.7.1 Too many wrong addresses, try again later"
ONE_AT_A_TIME: Final = "452 4.5.3 One recipient at a time"
LATER: Final = "451 4.3.0 Not taken, try again later"
TOO_LARGE: Final = "552 5.3.4 The mail is too large"
FULL: Final = "552 5.2.2 There is no room for what is enclosed"
UNREADABLE: Final = "554 5.6.0 The mail cannot be read"
SYNTAX: Final = "501 5.5.2 The address cannot be read"
BUSY: Final = "421 4.3.2 Too many connections, try again later"
WORDS: Final = {
    "unknown_mail_address": UNKNOWN,
    "unknown_incident": UNKNOWN,
    "not_allowed": UNKNOWN,
    "body_too_large": TOO_LARGE,
    "too_much_evidence": FULL,
}


class Intake:
    """Everything that one process takes in by mail: what connections share."""

    def __init__(self, ledger: Ledger, terms: MailTerms) -> None:
        for name in LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        self._ledger = ledger
        self._terms = terms
        self._wrong = WrongAddresses()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="mail in")
        self._reading = asyncio.Semaphore(AT_ONCE)
        self._open: set[Conversation] = set()

    def conversation(self) -> "Conversation":
        """A conversation with whoever has just connected."""
        return Conversation(self, self._terms)

    async def handle_EHLO(  # noqa: N802 - the library's name and signature
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Greet; what is offered is what we have, and never AUTH."""
        del server, envelope
        session.host_name = hostname
        return [one for one in responses if not one[4:].upper().startswith("AUTH")]

    async def handle_RCPT(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say whether mail may be sent to an address."""
        del server, options
        if envelope.rcpt_tos:
            return ONE_AT_A_TIME
        try:
            await self._done(lambda: commands.known(self._ledger, self._terms, address))
        except Refused as refused:
            return self._wrong_address(session, refused)
        envelope.rcpt_tos.append(address)
        return ADDRESS_OK

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail in."""
        del server, session
        brought = Brought(
            sender=envelope.mail_from or "",
            recipient=envelope.rcpt_tos[0],
            raw=envelope.original_content or b"",
        )
        try:
            await self._done(lambda: commands.take(self._ledger, self._terms, brought))
        except Refused as refused:
            return _answer(refused)
        return OK

    async def handle_exception(self, error: Exception) -> str:
        """Answer a fault of ours: later, so that nothing is lost; or a line that cannot be read."""
        frames = extract_tb(error.__traceback__)
        if frames and frames[-1].filename.endswith(PARSER):
            return SYNTAX
        log_failure(error)
        return LATER

    def arrived(self, one: "Conversation") -> bool:
        """Count a connection; False where there are too many."""
        self._open.add(one)
        return len(self._open) <= MOST_CONNECTIONS

    def left(self, one: "Conversation") -> None:
        """Count it no more."""
        self._open.discard(one)

    @property
    def reading(self) -> asyncio.Semaphore:
        """A turn to send the body of a mail: so many are in memory at a time."""
        return self._reading

    async def close(self, within_seconds: float) -> None:
        """Finish what is being taken, within so many seconds, and hang up.

        What was not answered with 250 is brought again.
        """
        until = monotonic() + within_seconds
        while any(one.is_taking for one in self._open) and monotonic() < until:
            await asyncio.sleep(0.02)
        for one in list(self._open):
            one.end()
        self._threads.shutdown(wait=False)

    def _wrong_address(self, session: Session, refused: Refused) -> str:
        answer = _answer(refused)
        if answer != UNKNOWN:
            return answer
        peer = cast("tuple[str, int]", session.peer)  # as `getpeername` of TCP has it
        return TOO_MANY_WRONG if self._wrong.is_too_many(peer[0], monotonic()) else UNKNOWN

    async def _done(self, act: Any) -> Any:  # noqa: ANN401 - whatever it answers
        return await asyncio.get_running_loop().run_in_executor(self._threads, act)


class Conversation(SMTP):
    """One connection."""

    def __init__(self, intake: Intake, terms: MailTerms) -> None:
        super().__init__(
            intake,
            data_size_limit=terms.mail_bytes,
            enable_SMTPUTF8=True,
            hostname=terms.domain,
            ident="ESMTP",
            loop=asyncio.get_running_loop(),
            timeout=WHOLE_SECONDS,
        )
        self._intake = intake
        self.is_taking = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, unless there are too many already."""
        if not self._intake.arrived(self):
            self._intake.left(self)
            assert isinstance(transport, asyncio.WriteTransport), "that of a TCP connection"
            transport.write(f"{BUSY}\r\n".encode())
            transport.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._intake.left(self)
        if self.session is not None:
            super().connection_lost(error)

    def end(self) -> None:
        """Hang up."""
        if self.transport is not None:
            self.transport.close()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library's name
        """Take a body, when it is its turn."""
        async with self._intake.reading:
            self.is_taking = True
            try:
                await super().smtp_DATA(arg)
            finally:
                self.is_taking = False


def log_failure(error: BaseException) -> None:
    """Say that something failed and where. A message may hold words of people, so it is left out."""
    frames = extract_tb(error.__traceback__)
    at = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    LOG.error("failed", what="mail in", error=type(error).__name__, at=at)


def _answer(refused: Refused) -> str:
    """What a refusal is called on SMTP: 4xx where trying again may help, else 5xx."""
    if refused.retry_after_seconds is not None or status_of(refused.code) in CALM:
        return LATER
    return WORDS.get(refused.code, UNREADABLE)
