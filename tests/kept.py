"""One database for all tests of a module: for what is costly to make and then looked at or added to."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from databases import in_server, made_in_postgresql

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
    made_in_postgresql(server, name)
    return in_server(server, name)
