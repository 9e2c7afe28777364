"""What every benchmark needs: a Tocsin on SQLite or on a PostgreSQL of its own, and the harness.

The harness lies beside the checkout (`shared/bench`); it is copied, because it builds a program.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from databases import MISSING, binaries, cluster  # noqa: E402 - the tests' own, found above
from processes import Organisation, Process, organisation  # noqa: E402 - as above

from tocsin.access.policy import TOCSIN  # noqa: E402 - as above
from tocsin.access.work import UnitOfWork  # noqa: E402 - as above
from tocsin.features.alerts import commands  # noqa: E402 - as above
from tocsin.features.alerts.terms import SourceKind  # noqa: E402 - as above
from tocsin.foundation.clock import system_clock  # noqa: E402 - as above
from tocsin.ledger import keys  # noqa: E402 - as above
from tocsin.ledger.ledger import Ledger  # noqa: E402 - as above
from tocsin.storage.database import Database  # noqa: E402 - as above

HARNESS = Path(os.environ.get("TOCSIN_BENCH_HARNESS", ROOT.parent / "shared" / "bench"))
RATE = 10_000_000
COMPILER = shutil.which("cc") or "cc"


@dataclass(frozen=True)
class Served:
    """A Tocsin at work, with the key of a source that may send as fast as it likes."""

    organisation: Organisation
    process: Process
    key: str


def say(sentence: str) -> None:
    """A line of the answer, at once."""
    print(sentence, flush=True)  # noqa: T201 - the answer of a benchmark


def harness(folder: Path) -> Path:
    """A copy of the harness to build in; ends the program where there is none."""
    if not HARNESS.is_dir():
        sys.exit(f"missing: the harness at {HARNESS} (set TOCSIN_BENCH_HARNESS)")
    return Path(shutil.copytree(HARNESS, folder / "harness"))


def database_url(made: Organisation) -> str:
    """Where an organisation keeps what it knows."""
    return made.database_url or f"sqlite:///{made.folder / 'data' / 'tocsin.db'}"


def bodies_and_storm(tool: Path, batch: int = 100) -> tuple[Path, Path]:
    """Bodies to send, and the built program that sends them."""
    bodies, storm = tool / f"bodies-{batch}.bin", tool / "storm"
    if not bodies.exists():
        make = [sys.executable, str(tool / "mkbodies.py"), str(bodies), "--batch", str(batch)]
        subprocess.run([*make, "--alerts", "50000"], check=True, stdout=subprocess.DEVNULL)
    if not storm.exists():
        subprocess.run([COMPILER, "-O2", "-w", "-o", str(storm), str(tool / "storm.c")], check=True)
    return bodies, storm


def send_once(tool: Path, served: "Served") -> None:
    """Send every body once."""
    bodies, storm = bodies_and_storm(tool)
    command = [str(storm), "-u", f"{served.process.url}/api/v2/alerts", "-b", str(bodies)]
    header = ["-H", f"Authorization: Bearer {served.key}"]
    words = ["-1", "-c", "8", "-d", "60", "-w", "0"]
    subprocess.run([*command, *header, *words], check=True, stdout=subprocess.DEVNULL)


def fast_source(made: Organisation) -> str:
    """A source with a rate that no benchmark reaches."""
    database = Database(database_url(made))
    ledger = Ledger(database, keys.read(made.folder / "data" / "keys"), system_clock)
    work = UnitOfWork(ledger, TOCSIN)
    id_, key = commands.create_source(work, name="bench", kind=SourceKind.PROMETHEUS)
    commands.change_source(work, id_, name="bench", peer_url=None, rate=RATE)
    database.close()
    return key


@contextmanager
def serving(database: str) -> Generator[Served | None]:
    """A fresh Tocsin on `sqlite` or `postgresql`; None where that is not on this machine."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-bench-")))
        url = ""
        if database == "postgresql":
            programs = binaries()
            if programs is None:
                say(f"skipped: {MISSING}")
                yield None
                return
            url = stack.enter_context(cluster(programs))
        made = stack.enter_context(organisation(folder, url))
        key = fast_source(made)
        yield Served(made, made.serve(), key)
