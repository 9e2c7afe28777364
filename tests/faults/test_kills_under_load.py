"""kill -9 at any moment under load: every acknowledged alert is there, none twice, all is sound."""

import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from processes import GIVE_UP_SECONDS, Organisation, Process, alert, organisation, until
from sqlalchemy import create_engine, text

KILLS = 50
ALERTS = 100_000
BATCH = 100
SENDERS = 4
SEED = int(os.environ.get("TOCSIN_SEED", "20261124"))


class Sender(threading.Thread):
    """Posts batches of alerts that nobody has seen, again and again until each is acknowledged."""

    def __init__(self, number: int, port: int, path: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.port, self.path, self.stop = number, port, path, stop
        self.acknowledged: list[str] = []
        self.statuses: Counter[int] = Counter()

    def run(self) -> None:
        batch = 0
        while not self.stop.is_set():
            names = [f"k{self.number}-{batch}-{nth}" for nth in range(BATCH)]
            body = json.dumps([alert(name) for name in names], separators=(",", ":")).encode()
            while not self.stop.is_set() and not self.sent(body):
                pass
            if not self.stop.is_set():
                self.acknowledged += names
            batch += 1

    def sent(self, body: bytes) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", self.path, body, {"content-type": "application/json"})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            self.stop.wait(0.02)  # the server is dead: it is started again by the test
            return False
        finally:
            connection.close()
        self.statuses[status] += 1
        if status in (429, 503):
            self.stop.wait(0.05)
        return 200 <= status < 300


def killed_and_started(made: Organisation, process: Process, port: int) -> Process:
    process.kill()
    made.processes.remove(process)
    return made.serve(port)


@pytest.mark.timeout(1800)
def test_what_was_acknowledged_is_stored_once_through_fifty_kills(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, stop = random.Random(SEED), threading.Event()
    with organisation(tmp_path) as made:
        path = urlsplit(made.source("bench", "prometheus")).path + "/api/v2/alerts"
        process = made.serve()
        port = int(urlsplit(process.url).port or 0)
        senders = [Sender(number, port, path, stop) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        began = time.monotonic()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.02, 0.25))  # the moment of the kill is what is drawn
            process = killed_and_started(made, process, port)
        until(lambda: total(senders) >= ALERTS, seconds=900, why="too few were acknowledged")
        stop.set()
        for sender in senders:
            sender.join(GIVE_UP_SECONDS)
        took = time.monotonic() - began
        acknowledged = [name for sender in senders for name in sender.acknowledged]
        stored = stored_names(tmp_path / "data" / "tocsin.db")
        said = f"{KILLS} kills, {len(acknowledged)} acknowledged, seed {SEED}, {took:.0f} s"
        assert set(acknowledged) <= stored.keys(), f"lost: {said}"
        assert max(stored.values()) == 1, f"twice: {said}"
        assert {status for sender in senders for status in sender.statuses} <= {200, 429, 503}
        with capsys.disabled():
            print(f"\n{said}: 0 lost, 0 twice")
        process.stop()
        assert "Sound" in made.run("ledger", "verify")
        assert "Equal" in made.run("rebuild", "--check")


def total(senders: list[Sender]) -> int:
    return sum(len(sender.acknowledged) for sender in senders)


def stored_names(file: Path) -> Counter[str]:
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as rows:
        labels = rows.execute(text("SELECT labels FROM alert")).scalars().all()
    engine.dispose()
    return Counter(json.loads(one)["alertname"] for one in labels)
