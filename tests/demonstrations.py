"""A running `tocsin demo`, as anybody starts it: for tests that look around in it."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from browsing import Served
from processes import PASSWORD, TOCSIN, Client, until
from sqlalchemy import select

from tocsin.access.policy import holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.rows import INCIDENTS
from tocsin.features.people import commands as people
from tocsin.foundation.clock import system_clock
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.runtime import settings
from tocsin.runtime.demo import replaying, storm
from tocsin.runtime.demo.making import ORIGIN
from tocsin.runtime.demo.organisation import ADMIN, PEOPLE
from tocsin.runtime.opening import host_work, open_ledger


class Demonstration:
    """A running `tocsin demo --json`."""

    def __init__(self, folder: Path, *words: str) -> None:
        command = [TOCSIN, "demo", "--json", "--port", "0", "--folder", str(folder), *words]
        with (folder.parent / "demo.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=folder.parent,
                env={name: it for name, it in os.environ.items() if name != "PYTHONUNBUFFERED"},
            )
        assert self._process.stdout is not None
        self.facts: dict[str, Any] = json.loads(self._process.stdout.readline())
        until(self._is_ready, why="the demonstration is not ready")

    def client(self, role: str) -> Client:
        return Client(self.facts["address"], self.facts["tokens"][role])

    def _is_ready(self) -> bool:
        assert self._process.poll() is None
        try:
            with urllib.request.urlopen(f"{self.facts['address']}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass
class Company(Served):
    """The company of a demonstration, in which everybody has the same password."""

    intake: str = ""

    def work(self, name: str) -> UnitOfWork:
        role = next(one.role for one in (ADMIN, *PEOPLE) if one.name == name)
        person = self.people[name]
        return UnitOfWork(self.ledger, holding(role, By(id=person, kind="person"), person))

    def cookie(self, name: str) -> str:
        if name not in self.cookies:
            people.give_password(host_work(self.ledger), self.people[name], PASSWORD)
            address = next(one.email for one in (ADMIN, *PEOPLE) if one.name == name)
            attempt = people.Attempt(email=address, password=PASSWORD)
            self.cookies[name] = people.sign_in(self.ledger, attempt)
        return self.cookies[name]


@contextmanager
def demonstrated(folder: Path) -> Generator[Company]:
    """A demonstration without its storm, on a folder that is made where there is none."""
    running = Demonstration(folder, "--no-storm")
    chosen = settings.read(data_folder=folder, database_url="", keys_folder=None, origin=ORIGIN)
    ledger = open_ledger(chosen)
    company = Company(running.facts["address"], ledger, intake=running.facts["intake"])
    for person in people.people(host_work(ledger), limit=200):
        company.people[person.name] = person.id
    company.incidents = known_incidents(ledger)
    try:
        yield company
    finally:
        running.stop()
        ledger.database.close()


def known_incidents(ledger: Ledger) -> dict[str, str]:
    """Incidents that tests look at, by what is special about them."""
    with ledger.read() as rows:
        found = rows.execute(select(INCIDENTS).order_by(INCIDENTS.c.declared_at)).all()
    special: dict[str, Callable[[Any], bool]] = {
        "grave": lambda row: row.is_open and row.severity == 1,
        "new": lambda row: row.phase == "reported",
        "closed": lambda row: row.phase == "closed" and row.mode == "live",
        "training": lambda row: row.mode == "training",
        "retrospective": lambda row: row.mode == "retrospective",
        "restricted": lambda row: row.is_open and row.is_restricted,
    }
    return {
        name: next(row.reference for row in found if fits(row)) for name, fits in special.items()
    }


def let_the_storm_come(company: Company) -> str:
    """Send all that fires at once; answers the incident that comes of it."""
    recording = storm.recorded()
    all_firing = recording.all_firing_after_seconds
    now = system_clock()
    firing = [one for one in recording.from_now(now) if one.after_seconds <= all_firing]
    send = partial(_delivered, company.intake)
    with ThreadPoolExecutor(4) as senders:
        list(senders.map(send, [one.body for one in firing]))
    host = host_work(company.ledger)
    until(
        lambda: sum(one.alerts for one in replaying.storm_incidents(host)) >= recording.critical,
        "the storm became no incident",
        seconds=90,
    )
    return replaying.storm_incidents(host)[0].reference


def _delivered(intake: str, body: str) -> None:
    until(lambda: replaying.post(intake, body), "the storm is not taken in", seconds=60)
