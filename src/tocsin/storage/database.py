"""The database: connections, transactions, and who writes next. The only module that opens one.

Every transaction that may write takes its turn first and never starts deferred; what is committed
is on disk (`synchronous=FULL`; PostgreSQL with `synchronous_commit` on).
"""

from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from tocsin.foundation.refusal import Refused
from tocsin.storage.failure import refusal
from tocsin.storage.lanes import Lane, WriterLanes

BUSY_MS: Final = 30_000
"""So long a connection of SQLite waits for another process."""

PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-32000",
)


IDLE_SECONDS: Final = 2.0
"""A connection that has lain idle for longer is tried before it is used."""

SNAPSHOT: Final[dict[str, Any]] = {
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma).close()


def _prepare_postgresql(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
    """Instants are read in UTC: at the edges of the calendar they have no place in other zones."""
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=QueuePool, pool_size=8, max_overflow=24)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    engine = create_engine(url, pool_size=8, max_overflow=24)
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _lay_down)
    event.listen(engine, "checkout", _must_be_alive)
    return engine


@contextmanager
def at_once(rows: Connection) -> Generator[None]:
    """Send the statements inside to PostgreSQL without waiting for each one's answer; none may be read.

    On SQLite there is nobody to wait for.
    """
    if rows.dialect.name != "postgresql":
        yield
        return
    driver: Any = rows.connection.driver_connection
    try:
        with driver.pipeline():
            yield
    except driver.Error as error:
        raise DBAPIError("several statements at once", None, error) from error


def _lay_down(_: object, record: ConnectionPoolEntry) -> None:
    record.info["idle since"] = monotonic()


def _must_be_alive(connection: Any, record: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401
    """Ask after the server on a connection that has lain idle for a while; a dead one is replaced."""
    if monotonic() - record.info.get("idle since", monotonic()) > IDLE_SECONDS:
        try:
            connection.execute("SELECT 1").close()
            connection.rollback()
        except connection.Error as error:
            raise DisconnectionError from error


class Database:
    """One organisation's database, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL (`sqlite:////path` or `postgresql+psycopg://`)."""
        self.url = url
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading, self._seeing = self.engine, self.engine
        if not self.is_sqlite:
            self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            self._seeing = self.engine.execution_options(**SNAPSHOT)
        self._lanes = WriterLanes()

    @contextmanager
    def write(self, lane: Lane = Lane.PEOPLE) -> Generator[Connection]:
        """One transaction that may write: everything inside is kept together or not at all."""
        if not self.is_sqlite:
            with self._transaction(self.engine) as connection:
                yield connection
            return
        with (
            self._lanes.turn(lane),
            self._transaction(self.engine, "BEGIN IMMEDIATE") as connection,
        ):
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """Only read. Each query is on its own, and sees what is there when it begins."""
        with self._transaction(self._reading, "") as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """As `read`; every query inside sees the same state, also on PostgreSQL."""
        with self._transaction(self._seeing) as connection:
            yield connection

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep every writer of this process out, without a transaction."""
        with self._lanes.turn(Lane.MACHINES):
            yield

    @property
    def waiting_writers(self) -> int:
        """How many threads of this process wait for their turn to write."""
        return self._lanes.waiting

    def must_be_durable(self, rows: Connection) -> None:
        """Refuse a server that says yes before its disk does. SQLite is told by every connection."""
        if not self.is_sqlite and rows.scalar(text("SHOW synchronous_commit")) == "off":
            sentence = "PostgreSQL has synchronous_commit off: what it says yes to might be lost."
            raise Refused("not_durable", sentence)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, engine: Engine, begin: str = "BEGIN") -> Generator[Connection]:
        try:
            with engine.connect() as connection, connection.begin():
                if self.is_sqlite and begin:
                    connection.exec_driver_sql(begin)
                yield connection
        except DBAPIError as error:
            refused = refusal(error)
            if refused is None:
                raise
            raise refused from error
