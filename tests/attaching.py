"""A Tocsin with people in it who attach files to an incident, over the API and on its pages."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from litestar.testing import TestClient
from sqlalchemy import func, select

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.port import Terms
from tocsin.features.evidence.rows import FILES
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.state import Evidence
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import checking, keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import found
from tocsin.runtime.app import make_app
from tocsin.runtime.features import aggregates
from tocsin.runtime.opening import host_work
from tocsin.runtime.outside import evidence_terms
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

Client = TestClient[Any]
Door = Callable[..., Client]
"""Lets somebody in, to a Tocsin with settings of its own."""
NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD: Final = "heron lantern orbit 47"
CANARY: Final = b"CANARY-4f1d the pool is full\n"
PNG: Final = b"\x89PNG\r\n\x1a\n" + bytes(64)
ROLES: Final = {
    "ada": Role.MANAGER,
    "rex": Role.RESPONDER,
    "olga": Role.OBSERVER,
    "tim": Role.ADMIN,
}


class House:
    """A Tocsin with people in it, and ways in for each."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.clock = SimulatedClock(NOON)
        self.ledger = found(database, keys.make(), self.clock, origin="test")
        self.folder = folder
        (folder / "keys").mkdir()
        self.people = {
            name: people.add_person(
                host_work(self.ledger),
                email=f"{name}@example.com",
                name=name.capitalize(),
                role=role,
                password=PASSWORD,
            )
            for name, role in ROLES.items()
        }
        said = Declaration(title="Cards refused")
        self.reference = commands.declare(self.work("rex"), said).incident.reference

    def work(self, name: str) -> UnitOfWork:
        id_ = self.people[name]
        return UnitOfWork(self.ledger, holding(ROLES[name], By(id=id_, kind="person"), id_))

    def settings(self, **said: Any) -> Settings:
        return Settings(data_folder=self.folder, **said)

    @property
    def terms(self) -> Terms:
        return evidence_terms(self.settings())

    def secret(self, name: str) -> str:
        attempt = people.Attempt(email=f"{name}@example.com", password=PASSWORD)
        return people.sign_in(self.ledger, attempt)

    def files(self, reference: str = "") -> list[Evidence]:
        it = commands.one(self.work("ada"), reference or self.reference)
        return list(it.incident.evidence)

    def faults(self) -> list[str]:
        found = [*checking.rows_against_fold(self.ledger, aggregates(), quiet)]
        return [fault.sentence for fault in [*found, *evidence.check_files(self.ledger, quiet)]]


def quiet(_: int, __: int) -> None:
    """Progress that nobody watches."""


@contextmanager
def doors(house: House) -> Generator[Door]:
    """Opens doors that nobody has gone through; they close when the block ends."""
    with ExitStack() as stack:

        def enter(**settings: Any) -> Client:
            app = make_app(house.ledger, house.settings(**settings))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield enter


@contextmanager
def api_of(house: House) -> Generator[Door]:
    """The API as whoever holds a token of a role sees it."""
    numbers = count(1)
    with doors(house) as opened:

        def enter(role: Role = Role.RESPONDER, **settings: Any) -> Client:
            client = opened(**settings)
            name = f"t{next(numbers)}"
            token = people.create_token(host_work(house.ledger), name=name, role=role)
            client.headers["authorization"] = f"Bearer {token}"
            return client

        yield enter


@contextmanager
def pages_of(house: House) -> Generator[Door]:
    """The pages as somebody who is signed in sees them."""
    with doors(house) as opened:

        def enter(name: str = "rex", **settings: Any) -> Client:
            client, secret = opened(**settings), house.secret(name)
            client.cookies.set(session.NAME, secret)
            client.headers["x-test-csrf"] = str(people.actor_of_session(house.ledger, secret).csrf)
            return client

        yield enter


def sent(client: Client, house: House, body: bytes, name: str = "pool.log", **said: str) -> Any:
    path = f"/api/v1/incidents/{house.reference}/attachments"
    return client.post(path, content=body, params={"name": name, **said})


def staged(house: House) -> int:
    """How many files lie about that are no part of any record."""
    with house.ledger.read() as rows:
        query = select(func.count()).select_from(FILES).where(FILES.c.is_kept.is_(False))
        return rows.scalar(query) or 0
