"""An organisation with people who are told things by mail, moved by hand: for tests of messages."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from time import monotonic

from processes import GIVE_UP_SECONDS
from receivers import mail_sink
from sqlalchemy import select
from telling import ways

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.messages import commands
from tocsin.features.messages.feature import feature
from tocsin.features.messages.rows import MESSAGES, MessageRow
from tocsin.features.messages.terms import Choices
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import found
from tocsin.ledger.words import Text
from tocsin.runtime.firing import Timers
from tocsin.runtime.following import Follower
from tocsin.runtime.opening import host_work
from tocsin.runtime.sending import Sender
from tocsin.storage.database import Database

ADDRESS = "https://tocsin.example.com"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROLES = {
    "Ada": Role.MANAGER,
    "Bob": Role.RESPONDER,
    "Cem": Role.RESPONDER,
    "Olga": Role.OBSERVER,
    "Tim": Role.AUDITOR,
}


@dataclass
class Office:
    """A ledger with people, and the post that is moved by hand. `mails` is what arrived, and for whom."""

    database: Database
    smtp: str | None
    mails: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    clock: SimulatedClock = field(default_factory=lambda: SimulatedClock(NOON))
    ids: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.ledger = found(self.database, keys.make(), self.clock, origin="test")
        host = host_work(self.ledger)
        for name, role in ROLES.items():
            email = f"{name.lower()}@example.com"
            self.ids[name] = people.add_person(host, email=email, name=name, role=role)
        people.create_team(host, "cards", "Cards team")
        for name in ("Bob", "Cem"):
            people.join_team(host, "cards", self.ids[name])
        self.restart()

    def restart(self, *, sends_mail: bool = True) -> None:
        """A process that has just begun."""
        made = feature(ADDRESS, sends_mail=sends_mail)
        purposes = {one.name: one for one in made.purposes}
        self.sender = Sender(self.ledger, purposes, ways(self.ledger, self.smtp), "one")
        timers = Timers(self.ledger, made.timers, "one")
        self.follower = Follower(
            self.ledger, made.reactors, {"timers": timers.step, "calls": self.sender.step}
        )

    def run(self) -> None:
        """Do everything that is due now."""
        while self.follower.step():
            pass
        assert self.sender.wait(monotonic() + GIVE_UP_SECONDS)
        while self.follower.step():
            pass
        assert self.sender.wait(monotonic() + GIVE_UP_SECONDS)

    def later(self, **by: float) -> None:
        """Do what is due now, let time pass, and do what is due then."""
        self.run()
        self.clock.advance(timedelta(**by))
        self.run()

    def work(self, name: str) -> UnitOfWork:
        id_ = self.ids[name]
        return UnitOfWork(self.ledger, holding(ROLES[name], By(id=id_, kind="person"), id_))

    def declare(self, title: str = "Cards refused", **said: object) -> str:
        made = Declaration(title=title, severity=2, **said)  # type: ignore[arg-type]  # as named
        return incidents.declare(self.work("Ada"), made).incident.reference

    def write(
        self, reference: str, text: str, kind: NoteKind = NoteKind.NOTE, name: str = "Ada"
    ) -> int:
        """Write on a timeline; answers the version that made."""
        noted = Noted(kind=kind, text=Text(text))
        return incidents.note(self.work(name), reference, noted).shown.version

    def choose(self, name: str, **chosen: object) -> None:
        commands.choose(self.work(name), Choices(**chosen))  # type: ignore[arg-type]  # as named

    def arrived(self, name: str) -> list[EmailMessage]:
        """The mails that somebody got, oldest first."""
        address = f"{name.lower()}@example.com"
        return [
            message_from_bytes(body, _class=EmailMessage, policy=policy.default)
            for to, body in self.mails
            if to == address
        ]

    def told(self, name: str) -> list[MessageRow]:
        """What somebody reads about their messages, oldest first."""
        return list(commands.told_person(self.work(name)))[::-1]

    def states(self) -> list[tuple[str, str | None]]:
        """How every message stands, oldest first."""
        query = select(MESSAGES.c.state, MESSAGES.c.reason).order_by(MESSAGES.c.entry)
        with self.ledger.read() as rows:
            return [(row.state, row.reason) for row in rows.execute(query)]

    def kinds(self) -> list[str]:
        """What the ledger says of messages."""
        return [entry.kind for entry in self.ledger.after(-1, 5000) if entry.name == "message"]


@contextmanager
def office_with_post(database: Database, refuses: str | None = None) -> Generator[Office]:
    """An office and the mail server that its mails go to, which may refuse all of them in these words."""
    with mail_sink(refuses) as (url, mails):
        yield Office(database, url, mails)


def body(mail: EmailMessage) -> str:
    """What a mail says beneath its header."""
    return str(mail.get_content())
