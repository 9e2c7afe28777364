"""Mail sent by a real client over SMTP: it declares, it adds to incidents, it brings evidence, once."""

import hashlib
import smtplib
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from databases import free_port
from processes import until

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import commands as evidence
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Which
from tocsin.features.mail_in import commands
from tocsin.features.mail_in.terms import OwnerKind
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import checking, keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import shown
from tocsin.runtime.features import aggregates
from tocsin.runtime.mail_in import MailIn
from tocsin.runtime.opening import host_work
from tocsin.runtime.outside import mail_terms
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DOMAIN = "in.example.org"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400
ROLES = {"ada": Role.MANAGER, "rex": Role.RESPONDER, "olga": Role.OBSERVER, "tim": Role.ADMIN}


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
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
    def terms(self) -> commands.MailTerms:
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
            until(self._answers, "nobody listens")
            yield
        finally:
            listener.stop()

    def _answers(self) -> bool:
        try:
            with smtplib.SMTP(*self.place, timeout=5):
                return True
        except OSError:
            return False

    def all(self, name: str = "tim") -> list[Incident]:
        page = incidents.listed(self.work(name), incidents_wanted())
        return page

    def faults(self) -> list[str]:
        found = [*checking.rows_against_fold(self.ledger, aggregates(), quiet)]
        return [fault.sentence for fault in [*found, *evidence.check_files(self.ledger, quiet)]]


def quiet(_: int, __: int) -> None:
    """Progress that nobody watches."""
