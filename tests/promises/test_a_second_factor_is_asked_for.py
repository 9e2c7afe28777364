"""With a second factor, a password alone lets nobody in, and each code lets in once."""

from datetime import timedelta

import pytest
from letting_in import NOW, PASSWORD, add_ada, as_, code, enrolled, enter, noted, refusal

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

pytestmark = pytest.mark.usefixtures("ada")


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOW)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def root(ledger: Ledger) -> UnitOfWork:
    return UnitOfWork(ledger, TOCSIN)


@pytest.fixture
def ada(root: UnitOfWork) -> str:
    return add_ada(root)


def test_with_a_second_factor_the_password_alone_opens_nothing(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    offered = enrolled(ledger, clock)
    clock.advance(timedelta(seconds=60))
    assert refusal(lambda: enter(ledger)).code == "second_factor_missing"
    assert refusal(lambda: enter(ledger, code="000000")).code == "wrong_code"
    assert enter(ledger, code=code(offered, clock))
    assert noted(ledger) == [
        "session.signed_in",
        "session.second_factor_refused",
        "session.signed_in",
    ]


def test_a_code_works_once_and_so_does_the_one_that_enrolled(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    offered = enrolled(ledger, clock)
    assert refusal(lambda: enter(ledger, code=code(offered, clock))).code == "wrong_code"
    clock.advance(timedelta(seconds=60))
    assert enter(ledger, code=code(offered, clock))
    assert refusal(lambda: enter(ledger, code=code(offered, clock))).code == "wrong_code"
    clock.advance(timedelta(seconds=30))
    assert enter(ledger, code=code(offered, clock))


def test_wrong_codes_make_one_wait(ledger: Ledger, clock: SimulatedClock) -> None:
    enrolled(ledger, clock)
    for _ in range(5):
        assert refusal(lambda: enter(ledger, code="000000")).code == "wrong_code"
    assert refusal(lambda: enter(ledger, code="000000")).code == "too_many_tries"


def test_an_offered_key_counts_only_after_its_first_code(ledger: Ledger) -> None:
    work = as_(ledger, enter(ledger))
    assert refusal(lambda: commands.confirm_second_factor(work, "123456")).code == "nothing_offered"
    commands.begin_second_factor(work, PASSWORD)
    assert refusal(lambda: commands.confirm_second_factor(work, "0")).code == "wrong_code"
    assert enter(ledger)


def test_a_second_factor_is_removed_by_ones_password_or_by_an_admin(
    ledger: Ledger, clock: SimulatedClock, root: UnitOfWork, ada: str
) -> None:
    offered = enrolled(ledger, clock)
    clock.advance(timedelta(seconds=60))
    work = as_(ledger, enter(ledger, code=code(offered, clock)))
    wrong = refusal(lambda: commands.remove_second_factor(work, "not the right one"))
    assert wrong.code == "wrong_password"
    commands.remove_second_factor(work, PASSWORD)
    assert enter(ledger)
    offered = enrolled(ledger, clock)
    commands.take_second_factor(root, ada)
    assert enter(ledger)
