"""The command `tocsin`, typed at an API as a responder would: for tests of what it says."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from door import app
from serving import served

from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import found
from tocsin.runtime.main import run
from tocsin.storage.database import Database

Typed = Callable[..., tuple[int, str, str]]
"""Types words, and answers the exit code and what was printed and refused."""


@contextmanager
def an_api(folder: Path) -> Generator[str]:
    """The address of an API over an empty organisation at ten past three."""
    database = Database(f"sqlite:///{folder}/tocsin.db")
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    with served(app(found(database, keys.make(), clock, origin="test"))) as address:
        yield address
    database.close()


def typing_at(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    monkeypatch.setenv("TOCSIN_URL", url)
    monkeypatch.setenv("TOCSIN_TOKEN", "ada")

    def type_(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        said = capsys.readouterr()
        return code, said.out.strip(), said.err.strip()

    return type_
