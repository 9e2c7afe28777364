"""Processes as they are run: one comparison for all of them, said on pages and by `doctor`."""

import subprocess
import urllib.request
from collections.abc import Callable, Generator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from processes import EMAIL, PASSWORD, TOCSIN, Organisation, Process, organisation, until
from sqlalchemy import create_engine, text

from tocsin.runtime.main import run

IDLE_MEGABYTES = 250


@pytest.fixture
def made(tmp_path: Path, database_url: Callable[[], str]) -> Generator[Organisation]:
    with organisation(tmp_path, database_url()) as founded:
        yield founded


def compared(made: Organisation) -> int:
    engine = create_engine(made.database_url)
    query = text("SELECT count(*) FROM ledger WHERE kind = 'ledger.verified'")
    with engine.connect() as rows:
        answer = rows.scalar(query)
    engine.dispose()
    return int(answer or 0)


def doctor(made: Organisation) -> str:
    """What it says. Its exit code is 1: no mail is set up here."""
    words = [TOCSIN, "doctor"]
    done = subprocess.run(
        words, capture_output=True, text=True, env=made.environment, cwd=made.folder, check=False
    )
    return done.stdout


def signed_in(process: Process) -> urllib.request.OpenerDirector:
    """A browser of the administrator's."""
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(jar)
    facts = urlencode({"email": EMAIL, "password": PASSWORD}).encode()
    with browser.open(f"{process.url}/sign-in", facts, timeout=20):
        return browser


def page(browser: urllib.request.OpenerDirector, process: Process) -> str:
    with browser.open(f"{process.url}/incidents", timeout=20) as answer:
        return str(answer.read().decode())


def resident_megabytes(process: Process) -> float:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


@pytest.mark.timeout(240)
def test_two_processes_compare_once_and_say_so(
    made: Organisation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serving, _ = made.serve(), made.work()
    until(lambda: compared(made), why="nothing was compared")
    assert resident_megabytes(serving) < IDLE_MEGABYTES
    browser = signed_in(serving)
    alone = "No outside witness: integrity rests on this machine"
    assert alone in page(browser, serving)
    told = doctor(made)
    assert "Rows and ledger agree" in told
    assert alone in told
    made.run("ledger", "checkpoint")
    given = "Outside checkpoint not yet compared"
    until(lambda: given in page(browser, serving), why="the page is old")
    made.run("backup", "backup.zip")
    made.stop()
    assert compared(made) == 1
    assert "Equal" in restored_elsewhere(made, monkeypatch, capsys)


def restored_elsewhere(
    made: Organisation, here: pytest.MonkeyPatch, printed: pytest.CaptureFixture[str]
) -> str:
    """A backup holds what is ours; the library's own tables are made anew where it is restored."""
    here.chdir(made.folder)
    here.setenv("TOCSIN_KEYS_FOLDER", str(made.folder / "data" / "keys"))
    here.setenv("TOCSIN_DATABASE_URL", f"sqlite:///{made.folder}/elsewhere.db")
    assert run(["restore", "backup.zip"]) == 0
    assert run(["rebuild", "--check"]) == 0
    return printed.readouterr().out
