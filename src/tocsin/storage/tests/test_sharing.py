"""Another's transactions on our SQLite file take turns with ours."""

from collections.abc import Generator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, text

from tocsin.storage.database import Database
from tocsin.storage.sharing import engine_for_another


@pytest.fixture
def database(tmp_path: Path) -> Generator[Database]:
    made = Database(f"sqlite:///{tmp_path}/shared.db")
    with made.write() as rows:
        rows.execute(text("CREATE TABLE word (said TEXT)"))
    yield made
    made.close()


@pytest.fixture
def theirs(database: Database) -> Generator[Engine]:
    made = engine_for_another(database)
    yield made
    made.dispose()


SAY = text("INSERT INTO word VALUES ('theirs')")


def said(database: Database) -> list[str]:
    with database.read() as rows:
        return list(rows.scalars(text("SELECT said FROM word ORDER BY rowid")))


def test_they_wait_for_us_and_we_for_them(database: Database, theirs: Engine) -> None:
    begun, go_on = Event(), Event()

    def write() -> None:
        with theirs.begin() as connection:
            connection.execute(SAY)
            begun.set()
            assert go_on.wait(20)

    writer = Thread(target=write)
    with database.write() as rows:
        writer.start()
        rows.execute(text("INSERT INTO word VALUES ('ours')"))
        while not database.waiting_writers:
            writer.join(0.01)
        assert not begun.is_set()
    assert begun.wait(20)
    assert said(database) == ["ours"], "reading waits for nobody"
    us = Thread(target=write_ours, args=(database,))
    us.start()
    while not database.waiting_writers:
        us.join(0.01)
    go_on.set()
    writer.join()
    us.join()
    assert said(database) == ["ours", "theirs", "ours"]


def write_ours(database: Database) -> None:
    with database.write() as rows:
        rows.execute(text("INSERT INTO word VALUES ('ours')"))


def test_a_turn_is_given_back_however_their_transaction_ends(
    database: Database, theirs: Engine
) -> None:
    with theirs.connect() as connection:
        connection.execute(SAY)
        connection.rollback()
        write_ours(database)
        connection.execute(SAY)
    write_ours(database)
    with pytest.raises(ZeroDivisionError):
        say_and_fail(theirs)
    write_ours(database)
    with theirs.connect() as connection:
        connection.execute(SAY)
        connection.invalidate()
    write_ours(database)
    assert said(database) == ["ours"] * 4


def say_and_fail(theirs: Engine) -> None:
    with theirs.begin() as connection:
        connection.execute(SAY)
        raise ZeroDivisionError


def test_reading_takes_no_turn(database: Database, theirs: Engine) -> None:
    with database.write(), theirs.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM word")) == 0
