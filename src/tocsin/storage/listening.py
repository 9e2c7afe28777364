"""News between processes on one PostgreSQL: NOTIFY in the transaction, LISTEN on a connection of its own.

It only wakes; what is new is read from the tables. On SQLite one process serves, and nothing is sent.
"""

from collections.abc import Callable
from threading import Event
from typing import Any, Final

from sqlalchemy import Connection, text

from tocsin.storage.database import Database

CHANNEL: Final = "tocsin_ledger"
LISTEN_SECONDS: Final = 1.0


def announce(rows: Connection) -> None:
    """Wake the other processes when this transaction is committed."""
    if rows.dialect.name == "postgresql":
        rows.execute(text(f"NOTIFY {CHANNEL}"))


def listen(database: Database, heard: Callable[[], None], stopped: Event) -> None:
    """Call `heard` at each announcement of any process, until stopped or the connection breaks."""
    if database.is_sqlite:
        stopped.wait()
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # a connection that listens is never another's
        connection.execute(text(f"LISTEN {CHANNEL}"))
        heard()
        driver: Any = connection.connection.driver_connection
        while not stopped.is_set():
            for _ in driver.notifies(timeout=LISTEN_SECONDS, stop_after=1):
                heard()
