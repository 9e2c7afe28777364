"""Hands mail to the operator's mail server. Headers are built by `email`, which refuses line breaks.

A password is never sent over a connection that is not encrypted. The mail server is the operator's
setting, so the rule for addresses of others does not concern it.
"""

import smtplib
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from threading import Timer
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from tocsin.foundation.clock import Clock, system_clock
from tocsin.outbox.call import MailCall, Outcome

STEP_SECONDS: Final = 5.0
WHOLE_SECONDS: Final = 10.0
PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT: Final = range(500, 600)


ON_ONE_LINE: Final = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post"})
"""Headers of addresses: folded, a long one would be taken apart into encoded words (RFC 2047)."""


class Whole(EmailPolicy):
    """How a mail is written: as SMTP wants it, with headers of addresses whole (RFC 5322, 2.1.1)."""

    def fold(self, name: str, value: str) -> str:
        """A header as text."""
        if name in ON_ONE_LINE:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as bytes."""
        if name in ON_ONE_LINE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY: Final = Whole(linesep=SMTP.linesep)


class AnswerLost(Exception):
    """The mail server went away while a mail was handed over: it may have taken it."""


class NotEncrypted(Exception):
    """The mail server offers no encryption, and there is a password to be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed over, as the setting `smtp_url` names it."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


def mail_server(url: str) -> MailServer:
    """The mail server at `smtp://`, `smtp+starttls://` or `smtps://`. Raises `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("smtp_url must be smtp://host:port, smtp+starttls:// or smtps://")
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@dataclass(frozen=True)
class Post:
    """The way to people by mail. Without a server every mail waits until there is one."""

    server: MailServer | None = None
    sender: str = "tocsin@localhost"
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    clock: Clock = system_clock

    def send(self, call: MailCall) -> Outcome:
        """Make one attempt at a mail, and say how it ended."""
        if self.server is None:
            return self._failed("No mail server is set.", is_final=False)
        try:
            message = self._message(call)
        except (ValueError, IndexError):
            return self._failed("The address or the subject is not one of a mail.", is_final=True)
        try:
            with self._connected(self.server) as smtp:
                return self._handed_over(smtp, message)
        except (smtplib.SMTPException, OSError, NotEncrypted, AnswerLost) as error:
            return self._told(error)

    def _message(self, call: MailCall) -> EmailMessage:
        message = EmailMessage(policy=POLICY)
        message["From"] = Address("Tocsin", addr_spec=self.sender)
        message["To"] = Address(addr_spec=call.to)
        message["Subject"] = call.subject
        message["Message-ID"] = call.message_id
        message["Date"] = format_datetime(self.clock())
        message["Auto-Submitted"] = "auto-generated"
        if call.in_reply_to is not None:
            message["In-Reply-To"] = call.in_reply_to
            message["References"] = call.in_reply_to
        for name, value in call.headers.items():
            message[name] = value
        message.set_content(call.text)
        if call.html is not None:
            message.add_alternative(call.html, subtype="html")
        return message

    @contextmanager
    def _connected(self, server: MailServer) -> Generator[smtplib.SMTP]:
        make = self._encrypted if server.scheme == "smtps" else self._plain
        with make(server) as smtp:
            limit = Timer(WHOLE_SECONDS, _cut, [smtp])
            limit.daemon = True
            limit.start()
            try:
                self._introduce(smtp, server)
                yield smtp
            finally:
                limit.cancel()

    def _encrypted(self, server: MailServer) -> smtplib.SMTP:
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=STEP_SECONDS, context=self.tls, local_hostname=_name()
        )

    def _plain(self, server: MailServer) -> smtplib.SMTP:
        return smtplib.SMTP(server.host, server.port, timeout=STEP_SECONDS, local_hostname=_name())

    def _introduce(self, smtp: smtplib.SMTP, server: MailServer) -> None:
        smtp.ehlo_or_helo_if_needed()
        is_encrypted = server.scheme == "smtps"
        if server.scheme == "smtp+starttls" or (not is_encrypted and smtp.has_extn("starttls")):
            smtp.starttls(context=self.tls)
            is_encrypted = True
        if server.user:
            if not is_encrypted:
                raise NotEncrypted
            smtp.login(server.user, server.password)

    def _handed_over(self, smtp: smtplib.SMTP, message: EmailMessage) -> Outcome:
        try:
            smtp.send_message(message)
        except smtplib.SMTPServerDisconnected as error:
            raise AnswerLost from error
        except smtplib.SMTPException:
            raise  # an answer, though smtplib makes it an OSError
        except OSError as error:
            raise AnswerLost from error
        return Outcome(
            was_taken=True,
            is_final=True,
            at=self.clock(),
            word="The mail server took it.",
            status=250,
            receipt=str(message["Message-ID"]),
        )

    def _told(self, error: Exception) -> Outcome:
        match error:
            case smtplib.SMTPRecipientsRefused(recipients=recipients):
                status = next(iter(recipients.values()))[0]
                return self._answered(status, "The mail server refuses the address")
            case smtplib.SMTPAuthenticationError():
                return self._failed("The mail server refuses the password.", is_final=False)
            case smtplib.SMTPResponseException(smtp_code=status):
                return self._answered(status, "The mail server refuses the mail")
            case smtplib.SMTPNotSupportedError():
                return self._failed("The mail server cannot take this address.", is_final=True)
            case AnswerLost():
                lost = self._failed("The mail server broke off.", is_final=False)
                return msgspec.structs.replace(lost, may_have_arrived=True)
            case NotEncrypted():
                return self._failed("The mail server offers no encryption.", is_final=False)
            case ssl.SSLError():
                return self._failed("The mail server's certificate is wrong.", is_final=False)
            case _:
                return self._failed("The mail server cannot be reached.", is_final=False)

    def _answered(self, status: int, what: str) -> Outcome:
        return Outcome(
            was_taken=False,
            is_final=status in PERMANENT,
            at=self.clock(),
            word=f"{what} ({status}).",
            status=status,
        )

    def _failed(self, word: str, *, is_final: bool) -> Outcome:
        return Outcome(was_taken=False, is_final=is_final, at=self.clock(), word=word)


def _name() -> str:
    """How we greet. Asking the system for its full name may take long."""
    return socket.gethostname() or "localhost"


def _cut(smtp: smtplib.SMTP) -> None:
    """End a conversation that takes too long, wherever it is."""
    with suppress(OSError, AttributeError):
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)
