"""A real Tocsin with a seeded organisation, for tests that look at it through a real browser."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Page, expect
from processes import PASSWORD, Organisation

from tocsin.access.policy import TOCSIN, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, Situated
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import ChangeRole, NoteKind
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock, system_clock
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.runtime.opening import found_ledger, host_work
from tocsin.runtime.settings import Settings

BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""The same engine twice; the first has no window, bars and menus around it, and takes half the time."""
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), BROWSERS[0])
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"
ROLES = {"Ada": Role.ADMIN, "Rex": Role.RESPONDER, "Olga": Role.OBSERVER, "Tim": Role.AUDITOR}


@dataclass
class Served:
    """A running Tocsin: where it is, its ledger, who is in it, and the incidents it began with."""

    url: str
    ledger: Ledger
    people: dict[str, str] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def work(self, name: str) -> UnitOfWork:
        """Somebody at work in another window."""
        person = self.people[name]
        return UnitOfWork(self.ledger, holding(ROLES[name], By(id=person, kind="person"), person))

    def cookie(self, name: str) -> str:
        """The cookie of somebody who is signed in."""
        if name not in self.cookies:
            attempt = people.Attempt(email=f"{name.lower()}@example.com", password=PASSWORD)
            self.cookies[name] = people.sign_in(self.ledger, attempt)
        return self.cookies[name]

    def declare(self, title: str, severity: int = 3, name: str = "Rex") -> str:
        said = Declaration(title=title, severity=severity, service="auth-gateway")
        return commands.declare(self.work(name), said).incident.reference


def populate(served: Served, clock: SimulatedClock) -> None:
    """People, and incidents in every state."""
    for name, role in ROLES.items():
        served.people[name] = people.add_person(
            host_work(served.ledger),
            email=f"{name.lower()}@example.com",
            name=name,
            role=role,
            password=PASSWORD,
        )
    rex = served.work("Rex")
    by_rule = Declaration(title="Card payments failing", severity=1, service="cards", rule="page")
    main = commands.declare(UnitOfWork(served.ledger, TOCSIN), by_rule).incident.reference
    commands.appoint(rex, main, commander=served.people["Rex"])
    commands.state(rex, main, Noted(kind=NoteKind.FINDING, text=Text(f"Pool is full. {HOSTILE}")))
    tell(rex, main)
    over = served.declare("Disk of batch-3 full")
    clock.advance(timedelta(hours=2))
    commands.acknowledge(rex, over)
    commands.resolve(rex, over)
    secret = Declaration(
        title="Privileged session", severity=2, restricted_to=(served.people["Ada"],)
    )
    hidden = commands.declare(served.work("Ada"), secret).incident.reference
    new = served.declare("Challenge page slow", severity=2)
    served.incidents = {"main": main, "over": over, "secret": hidden, "new": new}


def tell(rex: UnitOfWork, main: str) -> None:
    """What is said of an incident while it goes on."""
    wrong = Noted(kind=NoteKind.NOTE, text=Text("About 40% of payments fail."))
    at = commands.note(rex, main, wrong).shown.version
    puts_right = commands.entry_at(rex, main, at)
    right = Noted(kind=NoteKind.NOTE, text=Text("About 14% fail."), corrects=puts_right)
    commands.mark_key_moment(
        rex, main, entry=commands.note(rex, main, right).shown.version, wanted=True
    )
    commands.mark_change(
        rex, main, change="cfg-8841", role=ChangeRole.CAUSE, note="Halved the pool"
    )
    stands = Situated(
        happening="About 14% of card authorisations fail. Payouts are normal.",
        belief="cfg-8841 halved the pool of connections.",
        next_steps="Roll back cfg-8841, then confirm for 10 min.",
        next_update_at=datetime.now(UTC) + timedelta(hours=1),
    )
    commands.state_situation(rex, main, stands)


@contextmanager
def serving(
    folder: Path, *, populated: bool, chosen: Mapping[str, str] | None = None
) -> Generator[Served]:
    """Found an organisation in the past, let things happen, and serve it as its settings say."""
    organisation = Organisation(folder, settings=dict(chosen or {}))
    clock = SimulatedClock(datetime.now(UTC) - timedelta(hours=5))
    settings = Settings(data_folder=folder / "data")
    served = Served("", found_ledger(settings, clock))
    if populated:
        populate(served, clock)
    else:
        host = host_work(served.ledger)
        ada = people.add_person(
            host, email="ada@example.com", name="Ada", role=Role.ADMIN, password=PASSWORD
        )
        served.people["Ada"] = ada
    served.ledger.clock = system_clock
    try:
        served.url = organisation.serve().url
        yield served
    finally:
        organisation.stop()
        served.ledger.database.close()


def listening(page: Page) -> Page:
    """The page, once its scripts run: before, a key that is pressed goes nowhere.

    Opening and reloading a page waits for them; a link, a form and a key that leads away do not.
    """
    expect(page.locator("html")).to_have_attribute("data-script", "on")
    page.wait_for_load_state()
    return page


class Visit(Protocol):
    """Opens a page as somebody."""

    def __call__(
        self,
        served: Served,
        path: str,
        *,
        who: str = "Rex",
        width: int = 1440,
        theme: str = "light",
        script: bool = True,
    ) -> Page: ...
