"""A house for the tests of what is said outside: a ledger, and a sender that is moved by hand."""

from datetime import UTC, datetime
from time import monotonic

from processes import GIVE_UP_SECONDS
from sqlalchemy import select

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.notices.feature import feature
from tocsin.features.notices.reactors import NOTICE
from tocsin.foundation.clock import Clock
from tocsin.ledger import follow, keys
from tocsin.ledger.due import DUE
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.outbox.address import reach
from tocsin.outbox.http import Web
from tocsin.outbox.mail import Post, mail_server
from tocsin.runtime.outside import Outside
from tocsin.runtime.sending import Sender
from tocsin.storage.database import Database

START = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
NOTICES = feature("https://tocsin.example.com")


def resolving(name: str, _: int) -> list[str]:
    if name == "127.0.0.1":
        return [name]
    raise OSError("no such name")


def ways(ledger: Ledger, smtp: str | None = None) -> Outside:
    server = None if smtp is None else mail_server(smtp)
    web = Web(reach(["127.0.0.0/8"]), resolving=resolving, clock=ledger.clock)
    return Outside(web, Post(server, "tocsin@example.com", clock=ledger.clock))


def boss(ledger: Ledger) -> UnitOfWork:
    return UnitOfWork(ledger, holding(Role.ADMIN, By(id="ada", kind="person"), "ada"))


class House:
    """A ledger, and a sender that is moved by hand."""

    def __init__(self, database: Database, clock: Clock, smtp: str | None = None) -> None:
        self.ledger = found(database, keys.make(), clock, origin="test")
        self.work = boss(self.ledger)
        self.smtp = smtp
        self.sender = self.another("one")

    def another(self, name: str) -> Sender:
        return Sender(self.ledger, {"notice": NOTICE}, ways(self.ledger, self.smtp), name)

    def declare(self, title: str = "Cards refused", **said: object) -> str:
        made = Declaration(title=title, severity=2, **said)  # type: ignore[arg-type]  # as named
        return incidents.declare(self.work, made).incident.reference

    def follow(self) -> None:
        for reactor in NOTICES.reactors:
            follow.catch_up(self.ledger, reactor)

    def send(self, sender: Sender | None = None) -> None:
        chosen = sender or self.sender
        chosen.step()
        assert chosen.wait(monotonic() + GIVE_UP_SECONDS)

    def states(self) -> list[str]:
        with self.ledger.read() as rows:
            return list(rows.scalars(select(DUE.c.state).order_by(DUE.c.number)))

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.ledger.after(-1) if entry.name == "notice"]
