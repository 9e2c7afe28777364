"""A ledger with the people of the API's door in it, and incidents that they declare there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from door import ROLES

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.people.events import Added
from tocsin.features.people.rows import PERSON
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"
NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
HOST = By(id="host", kind="host")


def peopled(database: Database, clock: SimulatedClock, roles: Mapping[str, Role] = ROLES) -> Ledger:
    """A ledger that knows these people."""
    made = found(database, keys.make(), clock, origin="test")
    with made.change(HOST) as change:
        for name, role in roles.items():
            words = {"email": Text(f"{name}@example.com"), "name": Text(name.title())}
            change.record(PERSON, name, [Added(role=role, **words)])
    return made


def work(ledger: Ledger, name: str = "ada", role: Role = Role.MANAGER) -> UnitOfWork:
    return UnitOfWork(ledger, holding(role, By(id=name, kind="person"), name))


def declare(ledger: Ledger, title: str = "Cards refused", **said: Any) -> str:
    """Declare an incident as Ada; answers its reference."""
    return commands.declare(work(ledger), Declaration(title=title, **said)).incident.reference
