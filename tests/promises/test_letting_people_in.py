"""Who is let in by a password, who is not and what they learn, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher
from letting_in import EMAIL, NOW, PASSWORD, add_ada, enter, noted, refusal
from sqlalchemy import text

from tocsin.access.policy import TOCSIN, Role
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands
from tocsin.features.people.rows import credentials
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


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the password library was asked; it answers as always."""
    asked: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hash: str, password: str) -> bool:  # noqa: A002 - theirs
        asked.append(hash)
        return verify(self, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    return asked


def test_a_right_password_opens_a_session_that_knows_its_person(ledger: Ledger, ada: str) -> None:
    session = commands.actor_of_session(ledger, enter(ledger, " Ada@Example.ORG "))
    assert (session.person, session.name, session.role) == (ada, "Ada Lovelace", Role.ADMIN)
    assert (session.actor.by.id, session.actor.by.session) == (ada, session.id)
    assert session.actor.person == ada
    assert noted(ledger) == ["session.signed_in"]


def test_a_password_kept_in_an_older_way_is_kept_anew_when_it_is_typed(
    ledger: Ledger, ada: str
) -> None:
    older = PasswordHasher(memory_cost=8192, time_cost=1).hash(PASSWORD)
    with ledger.database.write() as connection:
        credentials.change(connection, ada, password_hash=older)
    assert enter(ledger)
    with ledger.read() as connection:
        assert credentials.of_person(connection, ada).password_hash != older
    assert enter(ledger)


@pytest.mark.usefixtures("at_full_price")
def test_an_unknown_account_and_a_wrong_password_are_answered_alike(
    ledger: Ledger, verifications: list[str]
) -> None:
    wrong = refusal(lambda: enter(ledger, password="not the right one"))
    unknown = refusal(lambda: enter(ledger, "eve@example.org"))
    assert (wrong.code, wrong.reason) == (unknown.code, unknown.reason)
    assert wrong.code == "wrong_credentials"
    cost = [kept.split("$")[:4] for kept in verifications]
    assert len(cost) == 2
    assert cost[0] == cost[1]


def test_a_disabled_account_and_one_without_a_password_are_answered_like_a_wrong_password(
    ledger: Ledger, root: UnitOfWork
) -> None:
    commands.add_person(root, email="bob@example.org", name="Bob")
    cleo = commands.add_person(root, email="cleo@example.org", name="Cleo", password=PASSWORD)
    commands.disable(root, cleo)
    for email in ("bob@example.org", "cleo@example.org"):
        assert refusal(partial(enter, ledger, email)).code == "wrong_credentials"


@pytest.mark.parametrize("email", [EMAIL, "eve@example.org"])
def test_after_five_failures_one_waits_whether_there_is_such_an_account_or_not(
    ledger: Ledger, clock: SimulatedClock, email: str
) -> None:
    for _ in range(5):
        assert refusal(lambda: enter(ledger, email, "wrong one here")).code == "wrong_credentials"
    waiting = refusal(lambda: enter(ledger, email))
    assert (waiting.code, waiting.retry_after_seconds) == ("too_many_tries", 15)
    clock.advance(timedelta(seconds=16))
    refusal(lambda: enter(ledger, email, "wrong one here"))
    assert refusal(lambda: enter(ledger, email)).retry_after_seconds == 30


def test_a_wait_costs_no_work_and_ends(
    ledger: Ledger, clock: SimulatedClock, ada: str, verifications: list[str]
) -> None:
    for _ in range(5):
        refusal(lambda: enter(ledger, password="wrong one here"))
    assert refusal(lambda: enter(ledger)).code == "too_many_tries"
    assert len(verifications) == 5
    clock.advance(timedelta(seconds=15))
    assert commands.actor_of_session(ledger, enter(ledger)).person == ada
    assert refusal(lambda: enter(ledger, password="wrong one here")).code == "wrong_credentials"


def test_a_neighbourhood_that_guesses_at_many_accounts_waits_and_others_do_not(
    ledger: Ledger,
) -> None:
    for number in range(25):
        refusal(partial(enter, ledger, f"{number}@example.org"))
    assert refusal(lambda: enter(ledger)).code == "too_many_tries"
    assert enter(ledger, ip_prefix="198.51.100.0/24")


def test_of_many_guesses_made_at_once_only_the_allowed_ones_are_judged(ledger: Ledger) -> None:
    def guess(number: int) -> str:
        return refusal(partial(enter, ledger, password=f"guess number {number}")).code

    with ThreadPoolExecutor(12) as crowd:
        codes = list(crowd.map(guess, range(12)))
    assert codes.count("wrong_credentials") == 5
    assert codes.count("too_many_tries") == 7


def test_tries_are_forgotten_after_a_day(
    ledger: Ledger, clock: SimulatedClock, database: Database
) -> None:
    for _ in range(4):
        refusal(lambda: enter(ledger, password="wrong one here"))
    clock.advance(timedelta(hours=25))
    refusal(lambda: enter(ledger, password="wrong one here"))
    assert enter(ledger)
    clock.advance(timedelta(hours=25))
    assert not commands.end_expired(ledger)
    with database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM sign_in_try")) == 0
