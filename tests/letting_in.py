"""Ada, who administers a Tocsin, and how she is let in: by her password, and by a code besides."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pyotp.totp import TOTP

from tocsin.access.policy import Role
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands
from tocsin.features.people.commands import Attempt
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
EMAIL, PASSWORD = "ada@example.org", "drawbridge otter mango"
HERE = "192.0.2.0/24"


def add_ada(root: UnitOfWork) -> str:
    """Make her known; answers her id."""
    return commands.add_person(
        root, email=EMAIL, name="Ada Lovelace", role=Role.ADMIN, password=PASSWORD
    )


def enter(ledger: Ledger, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> str:
    """Sign in; answers the secret of the session."""
    attempt = Attempt(email=email, password=password, **{"ip_prefix": HERE, **more})
    return commands.sign_in(ledger, attempt)


def refusal(act: Callable[[], object]) -> Refused:
    """What is said against it."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def as_(ledger: Ledger, secret: str) -> UnitOfWork:
    """What whoever holds a session may do."""
    return UnitOfWork(ledger, commands.actor_of_session(ledger, secret).actor)


def code(enrolment: commands.Enrolment, clock: SimulatedClock) -> str:
    """What her telephone shows now."""
    return TOTP(enrolment.key).at(clock())


def enrolled(ledger: Ledger, clock: SimulatedClock) -> commands.Enrolment:
    """Ask her for codes from now on."""
    work = as_(ledger, enter(ledger))
    offered = commands.begin_second_factor(work, PASSWORD)
    commands.confirm_second_factor(work, code(offered, clock))
    return offered


def noted(ledger: Ledger) -> list[str]:
    """What the ledger says of sessions."""
    return [entry.kind for entry in ledger.after(-1) if entry.name == "session"]
