"""Real processes of Tocsin, as an administrator starts them: for tests of the whole system."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from databases import free_port

TOCSIN = str(Path(sys.executable).parent / "tocsin")
PASSWORD = "heron lantern orbit 47"
EMAIL = "admin@example.com"
GIVE_UP_SECONDS = 90.0
"""So long a test waits for what takes one or two seconds on a machine that is idle: it is no promise."""


def until(
    true: Callable[[], Any], why: str = "it did not happen", *, seconds: float = GIVE_UP_SECONDS
) -> Any:
    """Wait for a condition, and give what it gave; fail with `why` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, why
        time.sleep(0.02)  # between two looks at a condition, not instead of one
    return found


@dataclass
class Process:
    """One running `tocsin serve` or `tocsin work`."""

    running: subprocess.Popen[bytes]
    url: str = ""
    log: Path | None = None

    @property
    def pid(self) -> int:
        return self.running.pid

    def kill(self) -> None:
        """As the power would."""
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()

    def stop(self) -> None:
        if self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)
            try:
                self.running.wait(GIVE_UP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise


@dataclass
class Organisation:
    """An organisation on a database, with its folder, and what runs on it."""

    folder: Path
    database_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        own = {"TOCSIN_DATA_FOLDER": str(self.folder / "data")}
        if self.database_url:
            own["TOCSIN_DATABASE_URL"] = self.database_url
        allowed = {"TOCSIN_ALLOWED_NETWORKS": '["127.0.0.0/8"]'}
        here = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        if "PYTHONPATH" in os.environ:
            here["PYTHONPATH"] = os.environ["PYTHONPATH"]
        return here | own | allowed | self.settings

    def run(self, *words: str, given: str = "") -> str:
        """Run one host command, and give what it printed."""
        done = subprocess.run(
            [TOCSIN, *words],
            input=given,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
            check=False,
        )
        assert done.returncode == 0, f"tocsin {words}: {done.stderr or done.stdout}"
        return done.stdout

    def found(self) -> None:
        words = ("init", "--admin-email", EMAIL, "--admin-password-stdin")
        self.run(*words, given=PASSWORD + "\n")

    def token(self, role: str = "responder") -> str:
        return self.run("token", "create", "--name", f"{role} token", "--role", role).strip()

    def source(self, name: str, kind: str, *, peer_url: str | None = None) -> str:
        """The address to send to, or for PagerDuty the routing key."""
        peer = ["--peer-url", peer_url] if peer_url else []
        lines = self.run("source", "create", name, "--kind", kind, *peer).splitlines()
        return lines[-1].removeprefix("routing key: ")

    def serve(self, port: int | None = None) -> Process:
        port = port or free_port()
        process = self._start("serve", "--port", str(port))
        process.url = f"http://127.0.0.1:{port}"
        until(lambda: is_ready(process), why=f"not ready: {tail(process)}")
        return process

    def work(self) -> Process:
        return self._start("work")

    def _start(self, *words: str) -> Process:
        log = self.folder / f"{words[0]}-{len(self.processes)}.log"
        with log.open("wb") as out:
            running = subprocess.Popen(
                [TOCSIN, *words], stdout=out, stderr=out, env=self.environment, cwd=self.folder
            )
        process = Process(running, log=log)
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            process.stop()


def is_ready(process: Process) -> bool:
    assert process.running.poll() is None, tail(process)
    try:
        with urllib.request.urlopen(f"{process.url}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def tail(process: Process) -> str:
    return process.log.read_text()[-2000:] if process.log and process.log.exists() else ""


@contextmanager
def organisation(folder: Path, database_url: str = "", **settings: str) -> Generator[Organisation]:
    """A new organisation; everything it runs is stopped afterwards."""
    made = Organisation(folder, database_url, settings)
    made.found()
    try:
        yield made
    finally:
        made.stop()


@dataclass
class Client:
    """The API as a program uses it, with a token."""

    url: str
    token: str

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            f"{self.url}{path}",
            data,
            {"authorization": f"Bearer {self.token}", "content-type": "application/json"} | named,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=GIVE_UP_SECONDS) as answer:
                return answer.status, read(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, read(error.read())

    def get(self, path: str) -> Any:
        status, answer = self.ask("GET", path)
        assert status == 200, (status, answer)
        return answer

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        status, answer = self.ask("POST", path, body, **headers)
        assert 200 <= status < 300, (status, answer)
        return answer


def alert(name: str) -> dict[str, object]:
    """An alert as Prometheus posts it, which fires for years."""
    labels = {"alertname": name, "service": f"svc-{len(name) % 7}", "severity": "info"}
    ends = "2036-01-01T00:00:00Z"
    return {"labels": labels, "annotations": {"summary": "It is slow."}, "endsAt": ends}


def read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
