"""What every test may ask for."""

import gc
import os
import shutil
from collections.abc import Callable, Generator
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from databases import MISSING, binaries, cluster, in_server, made_in_postgresql, with_tables

from tocsin.features.people.rules import password
from tocsin.storage.database import Database

ROOT = Path(__file__).parent
FULL_PRICE = password._HASHER


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where the whole suite must run, what is missing from the machine is a failure, not a skip."""
    report = yield
    if os.environ.get("CI") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if "missing:" in reason:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: {reason}"
    return report


def pytest_collection_finish() -> None:
    """Let the collector leave alone what stays, and look seldom: it took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Generator[None]:
    """Passwords in this process cost next to nothing; a Tocsin that is started asks their full price."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            password, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        )
        yield


@pytest.fixture
def at_full_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost in a Tocsin that serves."""
    monkeypatch.setattr(password, "_HASHER", FULL_PRICE)


@pytest.fixture
def shared() -> Path:
    """Recordings and tables that lie beside the checkout, not in it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no folder `shared` beside the checkout")
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Generator[str]:
    """A PostgreSQL server of this run's own."""
    programs = binaries()
    if programs is None:
        pytest.skip(MISSING)
    with cluster(programs, survives=False) as url:
        yield url


@pytest.fixture
def own_postgresql() -> Generator[str]:
    """An empty database on a PostgreSQL server of this test's own, which it may restart."""
    programs = binaries()
    if programs is None:
        pytest.skip(MISSING)
    with cluster(programs) as url:
        yield url


@pytest.fixture(scope="session")
def tables_in_postgresql(postgresql: str) -> str:
    """The name of a database with every table and no row, to be copied: faster than to make them."""
    name = "tables"
    made_in_postgresql(postgresql, name)
    with_tables(in_server(postgresql, name))
    return name


@pytest.fixture(scope="session")
def tables_in_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table and no row, as above."""
    file = tmp_path_factory.mktemp("tables") / "tocsin.db"
    with_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes databases of either kind, with tables and nothing in them, and gives their URLs."""
    numbers = count()
    if request.param == "sqlite":
        tables: Path = request.getfixturevalue("tables_in_sqlite")

        def copy() -> str:
            file = tmp_path / f"tocsin-{next(numbers)}.db"
            shutil.copyfile(tables, file)
            return f"sqlite:///{file}"

        return copy
    template: str = request.getfixturevalue("tables_in_postgresql")
    server: str = request.getfixturevalue("postgresql")

    def make() -> str:
        name = f"t{uuid4().hex[:16]}_{next(numbers)}"
        made_in_postgresql(server, name, template)
        return in_server(server, name)

    return make


@pytest.fixture
def new_database(database_url: Callable[[], str]) -> Generator[Callable[[], Database]]:
    """Opens empty databases of either kind, and closes them when the test is over."""
    opened: list[Database] = []

    def make() -> Database:
        opened.append(Database(database_url()))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    """An empty database."""
    return new_database()
