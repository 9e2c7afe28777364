"""The database: connections, transactions, and who writes next. The only module that opens one.

Every transaction that may write takes its turn first and never starts deferred; what is committed
is on disk (`synchronous=FULL`; PostgreSQL with `synchronous_commit` on).
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from tocsin.storage.failure import refusal
from tocsin.storage.lanes import Lane, WriterLanes

PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-32000",
)


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=QueuePool, pool_size=8, max_overflow=24)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    return create_engine(url, pool_size=8, max_overflow=24, pool_pre_ping=True)


class Database:
    """One organisation's database, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL (`sqlite:////path` or `postgresql+psycopg://`)."""
        self.url = url
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._lanes = WriterLanes()

    @contextmanager
    def write(self, lane: Lane = Lane.PEOPLE) -> Generator[Connection]:
        """One transaction that may write: everything inside is kept together or not at all."""
        if not self.is_sqlite:
            with self._transaction("BEGIN") as connection:
                yield connection
            return
        with self._lanes.turn(lane), self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """One transaction that only reads, and sees one state of the database."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep every writer of this process out, without a transaction."""
        with self._lanes.turn(Lane.MACHINES):
            yield

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, begin: str) -> Generator[Connection]:
        try:
            with self.engine.connect() as connection:
                with connection.begin():
                    if self.is_sqlite:
                        connection.exec_driver_sql(begin)
                    yield connection
        except DBAPIError as error:
            refused = refusal(error)
            if refused is None:
                raise
            raise refused from error
