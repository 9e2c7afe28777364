"""Servers and senders for the tests of Alertmanager's API: ours, served for real, and the real one."""

import json
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import serving
from databases import free_port
from litestar import Litestar, Router
from litestar.di import Provide
from processes import GIVE_UP_SECONDS, until

from tocsin.access.policy import Actor, Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows.tables import ALERTS, SEEN
from tocsin.foundation.identifiers import new_id
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger

AMTOOL = Path("/usr/bin/amtool")
ALERTMANAGER = Path("/usr/bin/prometheus-alertmanager")
PROMETHEUS = Path("/usr/bin/prometheus")
MISSING = "missing: Alertmanager (apt-get install prometheus-alertmanager)"


def source_work(ledger: Ledger, source: str = "am1") -> UnitOfWork:
    may = frozenset({Permission.SEND_SIGNALS, Permission.SEE_ALERTS, Permission.WORK_ON_ALERTS})
    return UnitOfWork(ledger, Actor(by=By(id=source, kind="source"), may=may))


def add_alert(ledger: Ledger, labels: dict[str, str], *, key: str, source: str = "am1") -> str:
    """A firing alert, as the intake leaves it."""
    now: datetime = ledger.clock()
    id_ = new_id(now)
    row: dict[str, Any] = {
        "id": id_,
        "source": source,
        "key": key,
        "state": "firing",
        "title": labels.get("alertname", "?"),
        "severity": labels.get("severity"),
        "service": labels.get("service"),
        "labels": json.dumps(labels),
        "annotations": json.dumps({"summary": "It is on fire — «日本»"}),
        "link": "http://vm:19090/graph",
        "starts_at": now,
        "received_at": now,
        "changed_at": now,
    }
    with ledger.database.write() as rows:
        number = rows.execute(ALERTS.insert().values(row).returning(ALERTS.c.number)).scalar_one()
        rows.execute(SEEN.insert().values(alert=number, signals=1, last_at=now, ends_at=None))
    return id_


@contextmanager
def served(routers: Sequence[Router], work: UnitOfWork) -> Generator[str]:
    """Routers, served on a port of their own as they would be by the runtime."""
    app = Litestar(routers, dependencies={"work": Provide(lambda: work, sync_to_thread=False)})
    with serving.served(app) as url:
        yield url


AT_ONCE = "group_wait: 0s, group_interval: 1s"


@contextmanager
def alertmanager(
    folder: Path, *, webhook: str | None = None, port: int | None = None, timing: str = AT_ONCE
) -> Generator[str]:
    """A real Alertmanager that tells one webhook, or nobody; `timing` is how it groups, and when."""
    configuration, port = folder / "alertmanager.yml", port or free_port()
    told = f"[{{url: '{webhook}'}}]" if webhook else "[]"
    receiver = f"{{name: us, webhook_configs: {told}}}"
    configuration.write_text(f"route: {{receiver: us, {timing}}}\nreceivers: [{receiver}]\n")
    command = [
        str(ALERTMANAGER),
        f"--config.file={configuration}",
        f"--storage.path={folder / 'data-of-alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        "--log.level=error",
    ]
    with running(command, f"http://127.0.0.1:{port}", folder / "alertmanager.log") as url:
        yield url


@contextmanager
def running(command: Sequence[str], url: str, log: Path) -> Generator[str]:
    """A server of theirs, as long as the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        until(lambda: _answers(f"{url}/-/ready"), f"{command[0]} is ready")
        yield url
    finally:
        process.terminate()
        process.wait(GIVE_UP_SECONDS)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=10):
            return True
    except (URLError, OSError):
        return False


def asked(url: str, *, method: str = "GET", body: object = None) -> Any:
    """What a server answers to a request, in plain values."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"content-type": "application/json"}, method=method)
    with urlopen(request, timeout=GIVE_UP_SECONDS) as reply:
        answer = reply.read()
    return json.loads(answer) if answer else None
