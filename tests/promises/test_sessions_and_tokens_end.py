"""A session or a token opens what its person may open now, and nothing once it has ended."""

from datetime import timedelta

import pytest
from letting_in import NOW, PASSWORD, add_ada, as_, enter, noted, refusal

from tocsin.access.policy import TOCSIN, Role
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


def test_ones_own_password_is_not_guessed_from_an_open_session(ledger: Ledger) -> None:
    work = as_(ledger, enter(ledger))
    for _ in range(5):
        refusal(lambda: commands.set_password(work, old="wrong one here", new=PASSWORD + "!"))
    waiting = refusal(lambda: commands.set_password(work, old=PASSWORD, new=PASSWORD + "!"))
    assert waiting.code == "too_many_tries"


def test_another_password_ends_every_other_session(ledger: Ledger, ada: str) -> None:
    elsewhere, here = enter(ledger), enter(ledger)
    commands.set_password(as_(ledger, here), old=PASSWORD, new="seven apples in snow")
    assert refusal(lambda: commands.actor_of_session(ledger, elsewhere)).code == "not_signed_in"
    assert commands.actor_of_session(ledger, here).person == ada
    assert refusal(lambda: enter(ledger)).code == "wrong_credentials"
    assert enter(ledger, password="seven apples in snow")


def test_a_password_given_by_an_admin_ends_every_session(
    ledger: Ledger, root: UnitOfWork, ada: str
) -> None:
    secret = enter(ledger)
    commands.give_password(root, ada, "seven apples in snow")
    assert refusal(lambda: commands.actor_of_session(ledger, secret)).code == "not_signed_in"
    assert enter(ledger, password="seven apples in snow")


def test_signing_in_always_makes_a_new_secret_and_ends_the_one_brought_along(
    ledger: Ledger,
) -> None:
    planted = "tss_" + "0" * 52
    first = enter(ledger, replaced=planted)
    assert refusal(lambda: commands.actor_of_session(ledger, planted)).code == "not_signed_in"
    second = enter(ledger, replaced=first)
    assert len({planted, first, second}) == 3
    assert refusal(lambda: commands.actor_of_session(ledger, first)).code == "not_signed_in"
    one, other = commands.actor_of_session(ledger, second), enter(ledger)
    assert one.csrf != commands.actor_of_session(ledger, other).csrf


def test_signing_out_ends_the_session_and_no_other(ledger: Ledger, ada: str) -> None:
    elsewhere, here = enter(ledger), enter(ledger)
    commands.sign_out(as_(ledger, here))
    assert refusal(lambda: commands.actor_of_session(ledger, here)).code == "not_signed_in"
    assert commands.actor_of_session(ledger, elsewhere).person == ada
    assert noted(ledger)[-1] == "session.ended"


def test_a_session_ends_when_idle_and_at_the_latest_after_a_week(
    ledger: Ledger, clock: SimulatedClock
) -> None:
    idle, busy = enter(ledger), enter(ledger)
    for _ in range(15):
        clock.advance(timedelta(hours=11))
        commands.actor_of_session(ledger, busy)
    assert refusal(lambda: commands.actor_of_session(ledger, idle)).code == "not_signed_in"
    clock.advance(timedelta(hours=4))
    assert refusal(lambda: commands.actor_of_session(ledger, busy)).code == "not_signed_in"
    assert not commands.end_expired(ledger)
    assert noted(ledger)[-2:] == ["session.ended", "session.ended"]


def test_being_seen_is_written_down_once_a_minute(ledger: Ledger, clock: SimulatedClock) -> None:
    secret = enter(ledger)
    began = clock()
    clock.advance(timedelta(seconds=59))
    work = as_(ledger, secret)
    assert commands.own_sessions(work)[0].seen_at == began
    clock.advance(timedelta(seconds=1))
    assert commands.own_sessions(as_(ledger, secret))[0].seen_at == clock()


def test_one_ends_ones_own_sessions_and_nobody_elses(ledger: Ledger, root: UnitOfWork) -> None:
    bob = commands.add_person(root, email="bob@example.org", name="Bob", password=PASSWORD)
    adas, bobs = enter(ledger), enter(ledger, "bob@example.org")
    theirs = commands.own_sessions(as_(ledger, adas))[0].id
    foreign = refusal(lambda: commands.end_session(as_(ledger, bobs), theirs))
    assert foreign.code == "unknown_session"
    commands.end_session(as_(ledger, adas), theirs)
    assert refusal(lambda: commands.actor_of_session(ledger, adas)).code == "not_signed_in"
    assert commands.end_sessions_of(root, bob) == 1
    assert refusal(lambda: commands.actor_of_session(ledger, bobs)).code == "not_signed_in"


def test_a_disabled_person_is_out_at_once(ledger: Ledger, root: UnitOfWork) -> None:
    bob = commands.add_person(root, email="bob@example.org", name="Bob", password=PASSWORD)
    secret = enter(ledger, "bob@example.org")
    commands.disable(root, bob)
    assert refusal(lambda: commands.actor_of_session(ledger, secret)).code == "not_signed_in"
    commands.enable(root, bob)
    assert refusal(lambda: commands.actor_of_session(ledger, secret)).code == "not_signed_in"
    assert enter(ledger, "bob@example.org")


def test_a_role_counts_from_the_next_request_on(ledger: Ledger, root: UnitOfWork, ada: str) -> None:
    bob = commands.add_person(root, email="bob@example.org", name="Bob", password=PASSWORD)
    secret = enter(ledger, "bob@example.org")
    forbidden = refusal(lambda: commands.disable(as_(ledger, secret), ada))
    assert forbidden.code == "not_allowed"
    commands.give_role(root, bob, Role.ADMIN)
    commands.give_role(as_(ledger, secret), ada, Role.OBSERVER)
    assert refusal(lambda: commands.give_role(root, bob, Role.OBSERVER)).code == "last_admin"
    assert refusal(lambda: commands.disable(root, bob)).code == "last_admin"


def test_a_revoked_token_opens_nothing_from_then_on(ledger: Ledger, root: UnitOfWork) -> None:
    secret = commands.create_token(root, "ci", Role.RESPONDER)
    actor = commands.actor_of_token(ledger, secret)
    assert (actor.by.kind, actor.person) == ("token", None)
    assert refusal(lambda: commands.sign_out(UnitOfWork(ledger, actor))).code == "not_a_person"
    commands.revoke_token(root, actor.by.id)
    gone = refusal(lambda: commands.actor_of_token(ledger, secret))
    never = refusal(lambda: commands.actor_of_token(ledger, "toc_" + "0" * 52))
    assert (gone.code, gone.reason) == (never.code, never.reason)
    assert gone.code == "not_signed_in"
