"""A Tocsin that takes mail in, and a real client that brings it."""

import smtplib
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from databases import free_port
from processes import until

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import commands as evidence
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.state import Incident
from tocsin.features.mail_in import commands
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.terms import OwnerKind
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import checking, keys
from tocsin.ledger.entry import By, Entry
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import shown
from tocsin.runtime.features import aggregates
from tocsin.runtime.mail_in import MailIn
from tocsin.runtime.opening import host_work
from tocsin.runtime.outside import mail_terms
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database

BOB = "Bob Example <bob@example.net>"
DOMAIN = "in.example.org"
ROLES = {"ada": Role.MANAGER, "rex": Role.RESPONDER, "olga": Role.OBSERVER, "tim": Role.ADMIN}


def begun_at_noon(database: Database) -> Ledger:
    """A ledger in which nothing has happened yet."""
    clock = SimulatedClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


class House:
    """A Tocsin with people in it that takes mail in."""

    def __init__(self, ledger: Ledger, folder: Path, **said: Any) -> None:
        self.ledger = ledger
        self.chosen = Settings(
            data_folder=folder,
            mail_in=f"127.0.0.1:{free_port()}",
            mail_in_domain=DOMAIN,
            mail_from="tocsin@example.org",
            **said,
        )
        self.people = {
            name: people.add_person(
                host_work(ledger), email=f"{name}@example.com", name=name.capitalize(), role=role
            )
            for name, role in ROLES.items()
        }

    def work(self, name: str = "rex") -> UnitOfWork:
        id_ = self.people[name]
        return UnitOfWork(self.ledger, holding(ROLES[name], By(id=id_, kind="person"), id_))

    def address(self, name: str = "rex") -> commands.Made:
        owner = self.people[name]
        return commands.create(self.work(name), self.terms, OwnerKind.PERSON, owner)

    def declared(self, name: str = "rex", **said: Any) -> str:
        it = incidents.declare(self.work(name), Declaration(title="Cards refused", **said))
        return it.incident.reference

    def incident_address(self, reference: str, name: str = "rex") -> str:
        return commands.opened(self.work(name), self.terms, reference)

    @property
    def terms(self) -> MailTerms:
        return mail_terms(self.chosen)

    @property
    def place(self) -> tuple[str, int]:
        host, _, port = self.chosen.mail_in.partition(":")
        return host, int(port)

    @contextmanager
    def listening(self) -> Generator[None]:
        listener = MailIn.of(self.ledger, self.chosen)
        listener.start()
        try:
            until(self.is_greeted, "nobody listens")
            yield
        finally:
            listener.stop()

    def is_greeted(self) -> bool:
        try:
            with smtplib.SMTP(*self.place, timeout=5):
                return True
        except OSError:
            return False

    def references(self, name: str = "tim") -> list[str]:
        return [one.reference for one in incidents.listed(self.work(name))]

    def incident(self, reference: str, name: str = "ada") -> Incident:
        return incidents.one(self.work(name), reference).incident

    def entries(self, reference: str, name: str = "ada") -> list[Entry]:
        return incidents.timeline(self.work(name), reference)[1]

    def file(self, id_: str) -> bytes:
        return b"".join(evidence.plain(self.ledger, id_))

    def sent(self, to: str, message: EmailMessage | bytes, sender: str = "bob@example.net") -> None:
        """Hand a mail over as an MTA does; raises what the server says against it."""
        raw = message if isinstance(message, bytes) else message.as_bytes(policy=SMTP)
        with smtplib.SMTP(*self.place, timeout=20) as client:
            client.sendmail(sender, [to], raw)

    def answer(
        self, to: str, message: EmailMessage | bytes, sender: str = "bob@example.net"
    ) -> int:
        """The code that the server answers a mail with, at whatever point."""
        try:
            self.sent(to, message, sender)
        except smtplib.SMTPRecipientsRefused as refused:
            return next(iter(refused.recipients.values()))[0]
        except smtplib.SMTPResponseException as refused:
            return refused.smtp_code
        return 250

    def answers_of(self, to: str) -> tuple[int, bytes]:
        """What the server says of an address."""
        with smtplib.SMTP(*self.place, timeout=20) as client:
            client.helo()
            client.mail("bob@example.net")
            return client.rcpt(to)

    def faults(self) -> list[str]:
        found = [*checking.rows_against_fold(self.ledger, aggregates(), quiet)]
        return [fault.sentence for fault in [*found, *evidence.check_files(self.ledger, quiet)]]


def notes(house: House, reference: str, name: str = "ada") -> list[str]:
    """What was written on an incident's timeline, oldest first."""
    entries = house.entries(reference, name)
    return [shown(one.event.text) for one in entries if one.kind == "incident.noted"]


def quiet(_: int, __: int) -> None:
    """Progress that nobody watches."""


def mail(
    subject: str = "Cards are refused", text: str = "Since noon.", **fields: str
) -> EmailMessage:
    made = EmailMessage()
    made["From"] = BOB
    made["To"] = "somebody@example.org"
    made["Subject"] = subject
    made["Message-ID"] = "<one@example.net>"
    made["Date"] = "Tue, 24 Nov 2026 12:00:00 +0000"
    for name, value in fields.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made
