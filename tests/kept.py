"""One database for all tests of a module: for what is costly to make and then looked at or added to."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tocsin.storage.database import Database

KINDS: Final = ("sqlite", "postgresql")
"""What a fixture with a database of this module's own has for its parameters."""


@contextmanager
def database_of(request: pytest.FixtureRequest, folder: Path) -> Generator[Database]:
    """An empty database of the kind that a fixture's parameter names."""
    database = Database(_url(request, folder))
    yield database
    database.close()


def _url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder}/tocsin.db"
    server, name = str(request.getfixturevalue("postgresql")), f"t{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string()
