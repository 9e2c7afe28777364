"""A way into our database for a library that has transactions of its own.

On SQLite its writers wait for their turn with ours, before their first write and until they commit;
on PostgreSQL the database sees to that.
"""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, Final

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import QueuePool

from tocsin.storage.database import PRAGMAS, Database

ONLY_READ: Final = ("SELECT", "PRAGMA", "EXPLAIN")
CONNECTIONS: Final = 4


def engine_for_another(database: Database) -> Engine:
    """An engine of the library's own on the same database."""
    if not database.is_sqlite:
        return create_engine(database.url, pool_size=CONNECTIONS, pool_pre_ping=True)
    taking_turns: Any = {
        "factory": partial(_Connection, database),
        "isolation_level": "IMMEDIATE",
        "timeout": 30.0,
    }
    return create_engine(
        database.url, poolclass=QueuePool, pool_size=CONNECTIONS, connect_args=taking_turns
    )


class _Connection(sqlite3.Connection):
    """A connection that holds its process's turn to write from its first write to its commit."""

    def __init__(self, database: Database, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._database = database
        self._turn: AbstractContextManager[None] | None = None
        for pragma in PRAGMAS:
            super().execute(pragma).close()

    def cursor(self, factory: Any = None) -> Any:  # noqa: ANN401 - as above
        """A cursor that waits for the turn."""
        return super().cursor(factory or _Cursor)

    def begin(self, statement: str) -> None:
        """Wait for the turn, unless it is held already or nothing is written."""
        if self._turn is None and not statement.lstrip().upper().startswith(ONLY_READ):
            turn = self._database.alone()
            turn.__enter__()
            self._turn = turn

    def end(self) -> None:
        """Give the turn back, unless a transaction is open."""
        if self._turn is not None and not self.in_transaction:
            turn, self._turn = self._turn, None
            turn.__exit__(None, None, None)

    def commit(self) -> None:
        """As sqlite3's, and give the turn back."""
        try:
            super().commit()
        finally:
            self.end()

    def rollback(self) -> None:
        """As sqlite3's, and give the turn back."""
        try:
            super().rollback()
        finally:
            self.end()

    def close(self) -> None:
        """As sqlite3's, and give the turn back: what was not committed is gone."""
        try:
            super().rollback()
        finally:
            self.end()
            super().close()


class _Cursor(sqlite3.Cursor):
    """A cursor of such a connection."""

    def execute(self, sql: str, parameters: Any = ()) -> "_Cursor":  # noqa: ANN401 - as above
        """As sqlite3's, in turn."""
        with self._in_turn(sql):
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Iterable[Any]) -> "_Cursor":
        """As sqlite3's, in turn."""
        with self._in_turn(sql):
            super().executemany(sql, parameters)
        return self

    @contextmanager
    def _in_turn(self, sql: str) -> Generator[None]:
        ours = self.connection
        assert isinstance(ours, _Connection), "cursors are made by the connection"
        ours.begin(sql)
        try:
            yield
        finally:
            ours.end()
