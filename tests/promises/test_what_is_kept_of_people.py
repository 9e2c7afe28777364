"""People, tokens and teams as they are kept: by one address, under a name, and without any secret."""

from datetime import timedelta
from typing import Any

import pytest
from letting_in import NOW, PASSWORD, add_ada, as_, code, enrolled, enter, refusal
from sqlalchemy import select

from tocsin.access.policy import TOCSIN, Role
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands, rows
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import checking, keys
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.tables import LEDGER, SEALED
from tocsin.ledger.words import Text
from tocsin.storage.columns import METADATA
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
