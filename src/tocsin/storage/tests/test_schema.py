import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from tocsin.foundation.refusal import Refused
from tocsin.storage import schema
from tocsin.storage.database import Database
from tocsin.storage.migrating import OURS, Migrations

NEXT = '''"""Give every note a colour."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("colour", sa.Column("name", sa.Text, primary_key=True))
    if os.environ.get("DIE_HALFWAY"):
        os._exit(137)
    op.execute("INSERT INTO colour VALUES ('green')")
'''

RUN = """
import sys
from pathlib import Path
from tocsin.storage.database import Database
from tocsin.storage.migrating import Migrations
with Database(sys.argv[1]).write() as rows:
    Migrations(Path(sys.argv[2])).run(rows)
"""


@pytest.fixture
def later(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    first = OURS / "versions" / "0001_the_first_schema.py"
    (folder / "versions" / first.name).write_text(first.read_text())
    (folder / "versions" / "0002_colours.py").write_text(NEXT)
    return folder


def stamped(database: Database) -> None:
    with database.write() as rows:
        schema.stamp(rows)


def tables(database: Database) -> set[str]:
    with database.read() as rows:
        return set(inspect(rows).get_table_names())


def test_this_program_works_with_the_newest_of_its_migrations() -> None:
    assert Migrations().newest == schema.NEWEST


def test_a_database_made_today_needs_nothing(database: Database) -> None:
    stamped(database)
    with database.read() as rows:
        schema.must_be_present(rows)
        assert Migrations().outstanding(rows) == []


def test_an_older_database_is_told_what_it_needs_and_gets_it(
    database: Database, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped(database)
    monkeypatch.setattr(schema, "NEWEST", "0002")
    with database.read() as rows:
        assert [step.sentence for step in Migrations(later).outstanding(rows)] == [
            "Give every note a colour."
        ]
        with pytest.raises(Refused, match="run `tocsin upgrade`"):
            schema.must_be_present(rows)
    with database.write() as rows:
        Migrations(later).run(rows)
        assert rows.scalar(text("SELECT name FROM colour")) == "green"
    with database.read() as rows:
        schema.must_be_present(rows)


def test_an_older_program_refuses_a_newer_database_in_one_sentence(
    database: Database, later: Path
) -> None:
    stamped(database)
    with database.write() as rows:
        Migrations(later).run(rows)
    for refuse in (schema.must_be_present, Migrations().outstanding):
        with database.read() as rows, pytest.raises(Refused, match="made by a later Tocsin"):
            refuse(rows)


def test_a_migration_killed_halfway_leaves_the_database_as_it_was(
    database: Database, later: Path
) -> None:
    stamped(database)
    before = tables(database)
    command = [sys.executable, "-c", RUN, database.url, str(later)]
    killed = subprocess.run(command, env={"DIE_HALFWAY": "1"}, check=False)
    assert killed.returncode == 137
    assert tables(database) == before
    assert subprocess.run(command, env={}, check=False).returncode == 0
    assert "colour" in tables(database)
