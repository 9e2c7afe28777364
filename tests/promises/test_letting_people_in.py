"""Who is let in, who is not and what they learn, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher
from pyotp.totp import TOTP
from sqlalchemy import select, text

from tocsin.access.policy import TOCSIN, Role
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands, rows
from tocsin.features.people.commands import Attempt
from tocsin.features.people.rows import credentials
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import checking, keys
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.tables import LEDGER, SEALED
from tocsin.ledger.words import Text
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

EMAIL, PASSWORD = "ada@example.org", "drawbridge otter mango"
HERE = "192.0.2.0/24"

pytestmark = pytest.mark.usefixtures("ada")


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def root(ledger: Ledger) -> UnitOfWork:
    return UnitOfWork(ledger, TOCSIN)


@pytest.fixture
def ada(root: UnitOfWork) -> str:
    return commands.add_person(
        root, email=EMAIL, name="Ada Lovelace", role=Role.ADMIN, password=PASSWORD
    )


def enter(ledger: Ledger, email: str = EMAIL, password: str = PASSWORD, **more: Any) -> str:
    attempt = Attempt(email=email, password=password, **{"ip_prefix": HERE, **more})
    return commands.sign_in(ledger, attempt)


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


def as_(ledger: Ledger, secret: str) -> UnitOfWork:
    return UnitOfWork(ledger, commands.actor_of_session(ledger, secret).actor)


def code(enrolment: commands.Enrolment, clock: SimulatedClock) -> str:
    return TOTP(enrolment.key).at(clock())


def enrolled(ledger: Ledger, clock: SimulatedClock) -> commands.Enrolment:
    work = as_(ledger, enter(ledger))
    offered = commands.begin_second_factor(work, PASSWORD)
    commands.confirm_second_factor(work, code(offered, clock))
    return offered


def noted(ledger: Ledger) -> list[str]:
    return [entry.kind for entry in ledger.after(-1) if entry.name == "session"]


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


def test_an_address_belongs_to_one_person_however_it_is_spelled(root: UnitOfWork, ada: str) -> None:
    again = refusal(lambda: commands.add_person(root, email="ADA@example.org ", name="Another Ada"))
    assert again.code == "email_taken"
    with root.ledger.read() as connection:
        mine = rows.person_by_email(connection, "Ada@Example.org")
    assert mine is not None
    assert mine.id == ada


def test_people_and_tokens_have_names_and_others_have_none(root: UnitOfWork, ada: str) -> None:
    secret = commands.create_token(root, "ci", Role.RESPONDER)
    token = commands.actor_of_token(root.ledger, secret).by.id
    with root.ledger.read() as connection:
        assert rows.names(connection, {ada, token, "tocsin"}) == {ada: "Ada Lovelace", token: "ci"}


def test_teams_are_joined_and_left(root: UnitOfWork, ada: str) -> None:
    commands.create_team(root, "cards", "Cards and payments")
    commands.join_team(root, "cards", ada)
    assert [(team.name, team.members) for team in commands.teams(root)] == [("cards", (ada,))]
    commands.leave_team(root, "cards", ada)
    assert commands.teams(root)[0].members == ()
    assert refusal(lambda: commands.create_team(root, "cards")).code == "team_exists"
    assert refusal(lambda: commands.join_team(root, "cards", "nobody")).code == "unknown_person"


def lived(ledger: Ledger, root: UnitOfWork, clock: SimulatedClock) -> list[str]:
    """A bit of everything; answers every secret that was ever made or typed."""
    offered = enrolled(ledger, clock)
    clock.advance(timedelta(seconds=60))
    typed = code(offered, clock)
    cookie = enter(ledger, code=typed)
    refusal(lambda: enter(ledger, password="mistyped words of hers"))
    refusal(lambda: enter(ledger, "mallory@example.net", "guessed words of his"))
    token = commands.create_token(root, "ci", Role.RESPONDER)
    commands.change_own(as_(ledger, cookie), commands.Settings(name="Ada L.", theme="dark"))
    commands.set_password(as_(ledger, cookie), old=PASSWORD, new="seven apples in snow")
    csrf = commands.actor_of_session(ledger, cookie).csrf
    own = [PASSWORD, "seven apples in snow", "mistyped words of hers", "guessed words of his"]
    return [*own, offered.key, cookie, token, csrf]


def test_no_secret_stands_in_any_row_or_line(
    ledger: Ledger, root: UnitOfWork, clock: SimulatedClock
) -> None:
    secrets = lived(ledger, root, clock)
    with ledger.read() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                written = " ".join(
                    bytes(cell).decode("latin-1")
                    if isinstance(cell, bytes | memoryview)
                    else str(cell)
                    for cell in row
                )
                assert [secret for secret in secrets if secret in written] == [], table.name


def test_no_address_stands_in_clear_in_the_ledger(
    ledger: Ledger, root: UnitOfWork, clock: SimulatedClock
) -> None:
    lived(ledger, root, clock)
    with ledger.read() as connection:
        lines = "\n".join(connection.scalars(select(LEDGER.c.line)))
    assert "argon2" not in lines
    for personal in ("ada@example.org", "mallory", "Ada L"):
        assert personal not in lines


def test_the_rows_are_what_happened(
    ledger: Ledger, root: UnitOfWork, clock: SimulatedClock, ada: str
) -> None:
    lived(ledger, root, clock)
    commands.create_team(root, "cards")
    commands.join_team(root, "cards", ada)
    every: list[Aggregate[Any, Any]] = [rows.PERSON, rows.TEAM, rows.TOKEN]
    assert list(checking.rows_against_fold(ledger, every, lambda _, __: None)) == []
    checking.rebuild(ledger, every)
    assert list(checking.rows_against_fold(ledger, every, lambda _, __: None)) == []


def test_two_people_whose_words_were_erased_are_still_there_and_cannot_sign_in(
    ledger: Ledger, root: UnitOfWork, ada: str
) -> None:
    bob = commands.add_person(root, email="bob@example.org", name="Bob", password=PASSWORD)
    with ledger.change(TOCSIN.by) as change:
        about = select(SEALED.c.seq, SEALED.c.part).where(SEALED.c.about.in_([ada, bob]))
        parts = [(row.seq, row.part) for row in change.rows.execute(about)]
        why = WordsErased(parts=tuple(parts), approved_by="dpo", reason=Text("asked for"))
        erase(change, parts, why, [rows.PERSON])
    assert [(one.email, one.name) for one in commands.people(root)] == [(None, "[erased]")] * 2
    assert refusal(lambda: enter(ledger)).code == "wrong_credentials"
    assert list(checking.rows_against_fold(ledger, [rows.PERSON], lambda _, __: None)) == []
