"""Real databases for the tests: a PostgreSQL of our own on a private port, and SQLite files."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tocsin.runtime.features import FEATURES
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

MISSING = "missing: PostgreSQL (apt-get install postgresql)"


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL programs on this machine, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    here = shutil.which("initdb")
    return Path(here).parent if here else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_postgres(*command: str | Path) -> None:
    """Run as the database's user where we are root: PostgreSQL refuses to run as root."""
    words = [str(word) for word in command]
    whole = ["runuser", "-u", "postgres", "--", *words] if os.getuid() == 0 else words
    done = subprocess.run(whole, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr or done.stdout


@contextmanager
def cluster(programs: Path, *, survives: bool = True) -> Generator[str]:
    """A PostgreSQL server that lives as long as the block; gives the URL of its first database.

    One that need not survive anything does without waiting for the disk.
    """
    folder, port = Path(tempfile.mkdtemp(prefix="tocsin-pg-")), free_port()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    made = "-A trust -U tocsin -E UTF8 --locale=C -N"
    as_postgres(programs / "initdb", "-D", data, *made.split())
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    if not survives:
        options += " -c fsync=off -c full_page_writes=off -c autovacuum=off"
    as_postgres(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    _FOLDERS[port] = folder
    try:
        yield f"postgresql+psycopg://tocsin@127.0.0.1:{port}/postgres"
    finally:
        as_postgres(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        away = f"rm -rf {folder} >/dev/null 2>&1 &"  # thousands of files: nobody waits for that
        subprocess.run(["sh", "-c", away], check=True)


def made_in_postgresql(server: str, name: str, template: str = "template1") -> None:
    """Make a database on a server, as a copy of another."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()


def in_server(server: str, name: str) -> str:
    """The URL of a database on a server."""
    return make_url(server).set(database=name).render_as_string()


def with_tables(url: str) -> None:
    """Make every table in a database."""
    assert FEATURES, "whatever makes a table is known"
    database = Database(url)
    with database.write() as rows:
        METADATA.create_all(rows)
    database.close()


def restarted(url: str) -> None:
    """Restart the server behind a URL at once, as a crash would; it was made by `cluster`."""
    folder = _FOLDERS[int(url.rsplit(":", 1)[1].partition("/")[0])]
    programs = binaries()
    assert programs is not None
    data, log = folder / "data", folder / "log"
    as_postgres(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "restart", "-l", log)


_FOLDERS: dict[int, Path] = {}
"""The folder of each server that is running, by its port."""
