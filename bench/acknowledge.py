"""How long an acknowledgement over the API takes, quiet and under 10,000 alerts a second.

    python bench/acknowledge.py [--databases sqlite,postgresql] [--rounds 3] [--each 700]

Quiet and storm are run in turns, with a raw fdatasync probe beside each: what the disk itself allows. The
bound is 10 ms + 2 x the p99 of the probe.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from running import Served, bodies_and_storm, harness, say, send_once, serving

ALERTS_PER_SECOND, BATCH = 10_000, 100
PAUSE_SECONDS = 0.002
SETTLE_SECONDS = 3


@dataclass
class Measured:
    """Milliseconds of acknowledgements and of the probe beside them."""

    acknowledged: list[float] = field(default_factory=list)
    probed: list[float] = field(default_factory=list)

    def told(self, name: str) -> str:
        """The figures in one line, with the verdict."""
        ack, probe = self.acknowledged, self.probed
        bound = 10 + 2 * quantile(probe, 0.99)
        verdict = "within" if quantile(ack, 0.99) < bound else "OVER"
        return (
            f"{name}: {len(ack)} acknowledgements p50 {quantile(ack, 0.5):.1f} "
            f"p99 {quantile(ack, 0.99):.1f} max {max(ack):.1f} ms | "
            f"fdatasync p50 {quantile(probe, 0.5):.2f} p99 "
            f"{quantile(probe, 0.99):.2f} ms | bound {bound:.1f} ms: {verdict}"
        )


def quantile(values: list[float], share: float) -> float:
    """The value below which so large a share lies."""
    return sorted(values)[int((len(values) - 1) * share)]


def probe(file: str, stop: Event, found: Any) -> None:  # noqa: ANN401 - a queue of another process
    """Append and fdatasync, with a pause between, until told to stop."""
    times: list[float] = []
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while not stop.is_set():
        began = time.perf_counter()
        os.write(handle, b"x" * 4096)
        os.fdatasync(handle)
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE_SECONDS)
    os.close(handle)
    found.put(times)


@contextmanager
def probing(folder: Path, measured: Measured) -> Generator[None]:
    """Probe the disk beside the block, from another process."""
    context = get_context("spawn")
    stop, found = context.Event(), context.Queue()
    process = context.Process(target=probe, args=(str(folder / "probe"), stop, found))
    process.start()
    try:
        yield
    finally:
        stop.set()
        measured.probed += found.get()
        process.join()


@contextmanager
def storming(tool: Path, served: Served) -> Generator[None]:
    """The intake takes so many alerts a second while the block runs."""
    bodies, storm = bodies_and_storm(tool)
    send_once(tool, served)
    url = f"{served.process.url}/api/v2/alerts"
    words = ["-c", "16", "-r", str(ALERTS_PER_SECOND // BATCH), "-d", "3600", "-w", "0"]
    header = ["-H", f"Authorization: Bearer {served.key}"]
    command = [str(storm), "-u", url, "-b", str(bodies), *words, *header]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        time.sleep(SETTLE_SECONDS)
        try:
            yield
        finally:
            running.terminate()


class Responder:
    """Declares and acknowledges over one connection, as a program does."""

    def __init__(self, served: Served) -> None:
        host = served.process.url.removeprefix("http://")
        self._connection = http.client.HTTPConnection(host, timeout=60)
        self._token = served.organisation.token("responder")

    def ask(self, method: str, path: str, body: object) -> Any:  # noqa: ANN401 - JSON
        """One request; ends the program where it is not granted."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        self._connection.request(method, path, json.dumps(body), headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status >= 300:  # noqa: PLR2004 - not a success
            sys.exit(f"{method} {path}: {answer.status} {said[:300]!r}")
        return json.loads(said)

    def acknowledge_some(self, references: list[str], measured: Measured) -> None:
        """Acknowledge incidents one after the other, with a short pause between."""
        self._connection.close()  # the server has ended what stood idle; the next request opens it anew
        for reference in references:
            began = time.perf_counter()
            self.ask("PUT", f"/api/v1/incidents/{reference}/acknowledgement", {})
            measured.acknowledged.append((time.perf_counter() - began) * 1000)
            time.sleep(PAUSE_SECONDS)

    def declared(self, count: int) -> list[str]:
        """Fresh incidents."""
        said = {"title": "Cards refused", "severity": 2}
        return [self.ask("POST", "/api/v1/incidents", said)["reference"] for _ in range(count)]


def measure(database: str, tool: Path, rounds: int, each: int) -> None:
    """Measure on one database, quiet and storm in turns."""
    with serving(database) as served:
        if served is None:
            return
        responder = Responder(served)
        quiet, storm = Measured(), Measured()
        for _ in range(rounds):
            references = responder.declared(2 * each)
            with probing(served.organisation.folder, quiet):
                responder.acknowledge_some(references[:each], quiet)
            with storming(tool, served), probing(served.organisation.folder, storm):
                responder.acknowledge_some(references[each:], storm)
        say(quiet.told(f"{database}, quiet"))
        say(storm.told(f"{database}, {ALERTS_PER_SECOND:,} alerts/s"))


def main() -> None:
    """Measure on every database asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--each", type=int, default=700)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-harness-") as folder:
        tool = harness(Path(folder))
        for database in asked.databases.split(","):
            measure(database, tool, asked.rounds, asked.each)


if __name__ == "__main__":
    main()
