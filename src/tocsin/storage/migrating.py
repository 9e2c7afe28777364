"""Brings a database of an earlier schema up to date: Alembic, in one transaction of ours.

A migration that is killed leaves the database as it was, on SQLite and on PostgreSQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection

from tocsin.foundation.refusal import Refused
from tocsin.storage.schema import BASE, revision_of

OURS: Final = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: its revision, and what it does in one line."""

    revision: str
    sentence: str


class Migrations:
    """The migrations in a folder, held against a database."""

    def __init__(self, folder: Path = OURS) -> None:
        """Read the migrations; they are not run."""
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        self._scripts = ScriptDirectory.from_config(config)
        self.newest = str(self._scripts.get_current_head())

    def outstanding(self, rows: Connection) -> list[Step]:
        """The migrations a database still needs, in order.

        Refuses `newer_schema` where the database was made by a later version.
        """
        present = revision_of(rows)
        try:
            found = list(self._scripts.iterate_revisions(self.newest, present))
        except (CommandError, RevisionError):
            sentence = f"This database (schema {present}) was made by a later Tocsin: use that."
            raise Refused("newer_schema", sentence) from None
        return [Step(one.revision, one.doc.strip().splitlines()[0]) for one in reversed(found)]

    def run(self, rows: Connection) -> list[Step]:
        """Bring a database up to date, within the transaction of `rows`."""
        steps = self.outstanding(rows)

        def forward(revision: Any, _: MigrationContext) -> Iterable[Any]:  # noqa: ANN401 - Alembic's
            return self._scripts._upgrade_revs(self.newest, revision or BASE)

        context = MigrationContext.configure(rows, opts={"fn": forward})
        with Operations.context(context):
            context.run_migrations()
        return steps
