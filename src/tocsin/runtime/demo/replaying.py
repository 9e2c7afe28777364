"""Replays the storm through the real intake over HTTP, and says what came of it."""

import http.client
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.rows import IncidentRow
from tocsin.foundation.clock import system_clock
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.demo.letting_in import Facts
from tocsin.runtime.demo.storm import Request, Storm
from tocsin.runtime.opening import host_work

READY_WITHIN: Final = 60.0
SETTLED_WITHIN: Final = 20.0
LOOK_EVERY: Final = 0.1
PAUSE: Final = 0.1
AT_ONCE: Final = 16

Say = Callable[[str], None]


class Replay:
    """One replay of a storm against a server of this process, in a thread of its own."""

    def __init__(self, ledger: Ledger, facts: Facts, storm: Storm, say: Say) -> None:
        self._work = host_work(ledger)
        self._facts = facts
        self._storm = storm
        self._say = say
        self._began = 0.0

    def start(self) -> None:
        """Begin as soon as the server is ready. Ends with the process at the latest."""
        Thread(target=self._run, name="demo-storm", daemon=True).start()

    def _run(self) -> None:
        if not _until(self._is_ready, READY_WITHIN):
            return
        self._say(f"Watch {self._facts.address}: the main database goes away, and a storm begins.")
        self._began = time.monotonic()
        requests = list(self._storm.from_now(system_clock()))
        all_firing = self._storm.all_firing_after_seconds
        self._send([one for one in requests if one.after_seconds <= all_firing])
        _until(lambda: _joined(self._work) >= self._storm.critical, SETTLED_WITHIN)
        self._say(self._outcome())
        self._send([one for one in requests if one.after_seconds > all_firing])
        self._say("The database is back: every alert of the storm is resolved.")

    def _is_ready(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self._facts.address}/readyz", timeout=2):  # noqa: S310 - our own address
            return True
        return False

    def _send(self, requests: list[Request]) -> None:
        """Send each at its time, and those of one moment at once, as an Alertmanager does."""
        with ThreadPoolExecutor(AT_ONCE, "demo-storm") as senders:
            for moment in moments(requests):
                time.sleep(max(0.0, self._began + moment[0].after_seconds - time.monotonic()))
                list(senders.map(self._deliver, moment))

    def _deliver(self, request: Request) -> None:
        _until(partial(post, self._facts.intake, request.body), SETTLED_WITHIN)

    def _outcome(self) -> str:
        found = storm_incidents(self._work)
        references = ", ".join(row.reference for row in found)
        incident = "incident" if len(found) == 1 else "incidents"
        alerts, services = len(self._storm.alerts), len(self._storm.services)
        return f"{alerts} alerts of {services} services, {len(found)} {incident}: {references}"


def storm_incidents(work: UnitOfWork) -> list[IncidentRow]:
    """The open incidents that have alerts: those of the made-up past have none."""
    return [row for row in incidents.listed(work, limit=200) if row.alerts]


def moments(requests: Sequence[Request]) -> list[list[Request]]:
    """The requests, those that follow each other without a pause together."""
    found: list[list[Request]] = []
    for request in requests:
        if found and request.after_seconds - found[-1][-1].after_seconds < PAUSE:
            found[-1].append(request)
        else:
            found.append([request])
    return found


def _joined(work: UnitOfWork) -> int:
    return sum(row.alerts for row in storm_incidents(work))


def post(address: str, body: str) -> bool:
    """Send one message; whether it was accepted. As an Alertmanager, who asked for more time waits."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
    try:
        headers = {"content-type": "application/json", "user-agent": "Alertmanager/0.25.0"}
        connection.request("POST", place.path, body.encode(), headers)
        return connection.getresponse().status < http.HTTPStatus.BAD_REQUEST
    except OSError:
        return False
    finally:
        connection.close()


def _until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds, so many seconds at most; whether it does."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_EVERY)
    return True
