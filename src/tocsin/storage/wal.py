"""Keeps SQLite's write-ahead log short, off the path of those who wait for a commit."""

from pathlib import Path
from threading import Event, Thread
from typing import Final

from sqlalchemy import make_url

from tocsin.storage.database import BUSY_MS, Database

LARGE_BYTES: Final = 32 * 1024 * 1024
PATIENCE_MS: Final = 20
"""So long at most it waits for readers of what was before: all writers wait with it."""


class Checkpointer:
    """A thread that moves the write-ahead log into the database file every second."""

    def __init__(self, database: Database, *, every_seconds: float = 1.0) -> None:
        self._database = database
        self._every_seconds = every_seconds
        self._stop = Event()
        self._thread = Thread(target=self._run, name="wal-checkpoint", daemon=True)

    def start(self) -> None:
        """Begin. Does nothing for PostgreSQL."""
        if self._database.is_sqlite:
            self._thread.start()

    def stop(self) -> None:
        """End, and wait for the checkpoint under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every_seconds):
            self.checkpoint()

    def checkpoint(self) -> None:
        """Copy what can be copied; where the log has grown large, keep writers out and restart it.

        A reader that has been looking for long, such as a backup, prevents that: it is tried again later.
        """
        if self._log_bytes() <= LARGE_BYTES:
            self._run_pragma("PASSIVE")
            return
        with self._database.alone():
            self._run_pragma("RESTART")

    def _run_pragma(self, mode: str) -> None:
        connection = self._database.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
            cursor.execute(f"PRAGMA wal_checkpoint({mode})")
            cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}").close()
        except BaseException:
            connection.invalidate()  # it is less patient than the others are
            raise
        finally:
            connection.close()

    def _log_bytes(self) -> int:
        log = Path(f"{make_url(self._database.url).database}-wal")
        return log.stat().st_size if log.exists() else 0
