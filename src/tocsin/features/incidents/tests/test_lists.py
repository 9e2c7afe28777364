"""Lists and counts of incidents hold what one may see: each once, in order, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.access.policy import Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands, rows
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.rows import listing
from tocsin.features.incidents.rows.listing import OPEN, Cut
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


def person(ledger: Ledger, name: str) -> UnitOfWork:
    return UnitOfWork(ledger, holding(Role.MANAGER, By(id=name, kind="person"), name))


def declare(work: UnitOfWork, title: str, severity: int = 3, *, hidden: bool = False) -> str:
    named = ("ada",) if hidden else None
    said = Declaration(title=title, severity=severity, service="cards", restricted_to=named)
    return commands.declare(work, said).incident.reference


def test_what_is_over_is_listed_newest_first_and_each_once(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    ada = person(ledger, "ada")
    over: list[str] = []
    for number in range(7):
        reference = declare(ada, f"No. {number}", hidden=number % 3 == 0)
        clock.advance(timedelta(minutes=1))
        commands.acknowledge(ada, reference)
        commands.resolve(ada, reference)
        over.append(reference)
    declare(ada, "Still open")
    seen: list[str] = []
    after = None
    while page := commands.listed(ada, Cut(is_open=False), after=after, limit=3):
        seen += [row.reference for row in page]
        after = page[-1]
    assert seen == over[::-1]


def test_counts_hold_only_what_one_may_see(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    declare(ada, "Open", 1)
    declare(ada, "Hidden", 1, hidden=True)
    for who, number in ((ada, 2), (eve, 1)):
        with who.look(Permission.SEE_INCIDENTS) as look:
            assert listing.counted(look, OPEN, "severity") == {1: number}
            assert listing.counted(look, OPEN, "commander") == {None: number}
            assert listing.counted(look, OPEN, "service") == {"cards": number}


def test_a_reference_finds_only_what_one_may_see(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    hidden = declare(ada, "Hidden", hidden=True)
    with ada.look(Permission.SEE_INCIDENTS) as look:
        row = rows.by_reference(look, hidden.lower())
        assert row is not None
        assert row.reference == hidden
        assert not rows.is_first(look)
    with eve.look(Permission.SEE_INCIDENTS) as look:
        assert rows.by_reference(look, hidden) is None
        assert rows.is_first(look)
