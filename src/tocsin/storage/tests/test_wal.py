"""The write-ahead log is made short again without anybody waiting for who only reads."""

from collections.abc import Generator
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import text

from tocsin.storage import wal
from tocsin.storage.database import BUSY_MS, Database
from tocsin.storage.wal import Checkpointer

SOON_SECONDS = BUSY_MS / 1000 / 3
"""Far from what a writer of another process is waited for, and enough for a machine that is busy."""


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Database]:
    monkeypatch.setattr(wal, "LARGE_BYTES", 1)
    made = Database(f"sqlite:///{tmp_path / 'tocsin.db'}")
    with made.write() as rows:
        rows.execute(text("CREATE TABLE kept (word TEXT)"))
    yield made
    made.close()


def write(database: Database) -> None:
    with database.write() as rows:
        rows.execute(text("INSERT INTO kept VALUES ('one')"))


def test_a_long_look_holds_no_writer_up(database: Database) -> None:
    checkpointer = Checkpointer(database)
    with database.snapshot() as rows:
        assert rows.scalar(text("SELECT count(*) FROM kept")) == 0
        write(database)
        began = monotonic()
        checkpointer.checkpoint()
        write(database)
        assert monotonic() - began < SOON_SECONDS
        assert rows.scalar(text("SELECT count(*) FROM kept")) == 0, "it sees what it saw"
    with database.read() as rows:
        assert rows.scalar(text("SELECT count(*) FROM kept")) == 2


def test_every_connection_stays_as_patient_as_it_was(database: Database) -> None:
    Checkpointer(database).checkpoint()
    with database.read() as rows:
        assert rows.scalar(text("PRAGMA busy_timeout")) == BUSY_MS
