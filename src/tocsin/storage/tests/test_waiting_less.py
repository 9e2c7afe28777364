"""PostgreSQL is waited for less often, and nothing is lost or believed because of it."""

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from tocsin.storage import database as storage
from tocsin.storage.database import Database, at_once

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

END_THEM = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")


@pytest.fixture
def counted(database: Database) -> Database:
    """A database with a table of numbers, each of which it takes once."""
    with database.write() as rows:
        rows.execute(text("CREATE TABLE number (value INTEGER PRIMARY KEY)"))
    return database


def put(rows: Connection, value: int) -> None:
    rows.execute(text("INSERT INTO number VALUES (:value)"), {"value": value})


def put_at_once(database: Database, *values: int) -> None:
    with database.write() as rows, at_once(rows):
        for value in values:
            put(rows, value)


def numbers(database: Database) -> list[int]:
    with database.read() as rows:
        return sorted(rows.scalars(text("SELECT value FROM number")))


def test_what_is_sent_at_once_is_kept_together(counted: Database) -> None:
    with counted.write() as rows:
        with at_once(rows):
            put(rows, 1)
            put(rows, 2)
        put(rows, 3)
    assert numbers(counted) == [1, 2, 3]


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_one_that_fails_takes_all_with_it_and_the_connection_goes_on(
    counted: Database, nth: int
) -> None:
    values = [10, 11, 12]
    values[nth] = 1
    with counted.write() as rows:
        put(rows, 1)
    with pytest.raises(DBAPIError):
        put_at_once(counted, *values)
    assert numbers(counted) == [1]
    put_at_once(counted, 2)
    assert numbers(counted) == [1, 2]


@on_postgresql
def test_a_connection_whose_server_went_away_meanwhile_is_replaced(
    counted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "IDLE_SECONDS", 0.0)
    assert numbers(counted) == []
    url = counted.engine.url
    engine = create_engine(url.set(database="postgres"))
    with engine.connect() as other:
        assert other.execute(END_THEM, {"name": url.database}).all()
    engine.dispose()
    assert numbers(counted) == []


@on_postgresql
def test_a_snapshot_sees_one_state_and_a_read_what_is_there(counted: Database) -> None:
    with counted.snapshot() as seen, counted.read() as read:
        assert seen.scalar(text("SELECT count(*) FROM number")) == 0
        with counted.write() as rows:
            put(rows, 1)
        assert seen.scalar(text("SELECT count(*) FROM number")) == 0
        assert read.scalar(text("SELECT count(*) FROM number")) == 1


@on_postgresql
def test_a_snapshot_cannot_write(counted: Database) -> None:
    with pytest.raises(DBAPIError), counted.snapshot() as rows:
        put(rows, 1)
    with counted.write() as rows:
        put(rows, 2)
    assert numbers(counted) == [2]
