"""The ways into a demonstration: a password, tokens and a monitor's key, fresh each time it is run."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from tocsin.access.policy import Role
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.people import commands as people
from tocsin.foundation.identifiers import ALPHABET
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.demo.organisation import ADMIN, MONITORS
from tocsin.runtime.opening import host_work

STORM_MONITOR: Final = next(iter(MONITORS))
ROLES: Final = (Role.ADMIN, Role.RESPONDER, Role.OBSERVER)
MOST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one needs to know to use a demonstration. `tokens` are by role."""

    address: str
    folder: Path
    email: str
    password: str = field(repr=False)
    tokens: dict[str, str] = field(repr=False)
    intake: str = field(repr=False)

    def as_json(self) -> str:
        """The facts as one line."""
        return json.dumps(asdict(self) | {"folder": str(self.folder)})

    def as_lines(self) -> list[str]:
        """The facts for a person."""
        return [
            f"Address    {self.address}",
            f"Sign in    {self.email}",
            f"Password   {self.password}",
            *(f"Token      {token}  ({role})" for role, token in self.tokens.items()),
            f"Alerts to  {self.intake}",
            f"Folder     {self.folder}",
        ]


def let_in(ledger: Ledger, address: str, folder: Path) -> Facts:
    """Fresh ways in; those of an earlier run open nothing any more."""
    work = host_work(ledger)
    return Facts(
        address=address,
        folder=folder,
        email=ADMIN.email,
        password=_password(work),
        tokens=_tokens(work),
        intake=f"{address}/intake/{_key(work)}",
    )


def _password(work: UnitOfWork) -> str:
    new = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    known = people.people(work, limit=MOST)
    admin = next(person for person in known if person.email == ADMIN.email)
    people.give_password(work, admin.id, new)
    return new


def _tokens(work: UnitOfWork) -> dict[str, str]:
    names = {f"Demonstration, {role}": role for role in ROLES}
    for token in people.tokens(work, limit=MOST):
        if token.name in names and not token.is_revoked:
            people.revoke_token(work, token.id)
    return {role.value: people.create_token(work, name, role) for name, role in names.items()}


def _key(work: UnitOfWork) -> str:
    known = [health.source for health in alerts.sources(work)]
    monitor = next(source for source in known if source.name == STORM_MONITOR)
    return alerts.replace_source_key(work, monitor.id)
