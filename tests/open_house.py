"""The whole application in one process: pages, API and intake over one ledger, with somebody at each."""

import zlib
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar.testing import TestClient
from taking import bodied, settle, source

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, roles, tasks
from tocsin.features.incidents.terms import RoleName
from tocsin.features.people import commands as people
from tocsin.features.triage.commands.sweep import sweep
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import history, keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session
from tocsin.web.security import HEADER

Client = TestClient[Any]
NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD: Final = "heron lantern orbit 47"
PEOPLE: Final = {"Ada": Role.ADMIN, "Bea": Role.MANAGER, "Cy": Role.RESPONDER}
STATES: Final = ("reported", "investigating", "resolved", "closed", "restricted")
"""How an incident can stand on which something is tried."""


class House:
    """An organisation with three people, a template, a team, a view, a source and a silence."""

    def __init__(self, ledger: Ledger, clock: SimulatedClock, client: Client) -> None:
        self.ledger = ledger
        self.clock = clock
        self.client = client
        self.people = {name: self._person(name) for name in PEOPLE}
        self.token = people.create_token(host_work(ledger), name="tests", role=Role.ADMIN)
        self.key = source(ledger)
        self.generic = source(ledger, SourceKind.GENERIC, "generic")
        self.count = 0
        self.newest = ""
        self._sign_in()
        self._furnish()

    def _person(self, name: str) -> str:
        self.later()
        return people.add_person(
            host_work(self.ledger),
            email=f"{name.lower()}@example.com",
            name=name,
            role=PEOPLE[name],
            password=PASSWORD,
        )

    def _sign_in(self) -> None:
        said = people.Attempt(email="ada@example.com", password=PASSWORD)
        secret = people.sign_in(self.ledger, said)
        self.csrf = people.actor_of_session(self.ledger, secret).csrf
        self.client.cookies.set(session.NAME, secret)
        self.client.headers[HEADER] = self.csrf

    def _furnish(self) -> None:
        people.create_team(host_work(self.ledger), "crew", "The crew")
        template = {"asks": ["Who is on it?"], "first_tasks": "Call the bank"}
        self.api("PUT", "/api/v1/templates/prepared", template)
        hook = {"name": "Hook", "url": "https://hooks.example.com/x"}
        self.api("POST", "/api/v1/subscribers/webhooks", hook)
        mails = {"name": "Crew", "addresses": ["crew@example.com"]}
        self.api("POST", "/api/v1/subscribers/mail-lists", mails)

    def named(self, needs: Collection[str]) -> dict[str, str]:
        """What an address may name that is of no incident."""
        known = {"name": f"name-{self.count}", "team": "crew", "person": self.people["Cy"]}
        if "view" in needs:
            said = {"name": f"View {self.count}", "audience": "everybody"}
            known["view"] = self.api("POST", "/api/v1/incidents/views", said).json()["id"]
        if "alert" in needs and "reference" not in needs:
            known["alert"] = self.alert()
        return known

    def work(self, name: str = "Ada") -> UnitOfWork:
        """Somebody at work."""
        id_ = self.people[name]
        return UnitOfWork(self.ledger, holding(PEOPLE[name], By(id=id_, kind="person"), id_))

    @property
    def last(self) -> int:
        """The newest entry of the record."""
        with self.ledger.read() as rows:
            return history.last(rows)

    def later(self, seconds: float = 1) -> None:
        """So that what comes next has a time of its own."""
        self.clock.advance(timedelta(seconds=seconds))

    def api(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        """Ask the API as a program does; a string is sent as the JSON that it is."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = None if body is None else content
        return self.client.request(method, path, content=sent, headers=headers, params=query)

    def fire(self, *alerts: Mapping[str, object]) -> Any:
        """Send alerts as Prometheus does."""
        headers = {"authorization": f"Bearer {self.key}"}
        return self.client.post("/api/v2/alerts", content=bodied(*alerts), headers=headers)

    def sender(self, kind: str) -> Callable[[str], Any]:
        """How a monitor of a kind says something."""
        if kind == "generic":
            key = self.generic
            return lambda text: self._posted(f"/intake/{key}", _generic(text))
        if kind == "alertmanager":
            key = source(self.ledger, SourceKind.ALERTMANAGER, "alertmanager")
            return lambda text: self._posted(f"/intake/{key}", _alertmanager(text))
        key = source(self.ledger, SourceKind.PAGERDUTY, "pagerduty")
        return lambda text: self._posted("/v2/enqueue", _pagerduty(key, text))

    def _posted(self, path: str, body: object) -> Any:
        return self.client.post(path, content=msgspec.json.encode(body))

    def settle(self) -> None:
        """Do what the background jobs do until nothing waits."""
        settle(self.ledger)
        self.later(5)
        while sweep(self.ledger):
            self.later(5)

    def declare(self, title: str = "Cards refused", **said: Any) -> str:
        self.later()
        return commands.declare(self.work(), Declaration(title=title, **said)).incident.reference

    def incident(self, state: str = "reported", needs: Collection[str] = ()) -> dict[str, str]:
        """An incident in a state; answers its reference, and what else of it an address may name."""
        work = self.work()
        made = {"role": "deputy", "who": "me"}
        if "alert" in needs:
            made["alert"] = self.alert()
        joined = tuple(made[name] for name in needs if name == "alert")
        reference = made["reference"] = self.newest = self.declare(alerts=joined)
        path = f"/api/v1/incidents/{reference}"
        if "role" in needs:
            roles.offer_role(work, reference, role=RoleName.DEPUTY, person=self.people["Bea"])
        if "task" in needs:
            tasks.add_task(work, reference, title="Call the bank")
            made["task"] = commands.one(work, reference).incident.tasks[0].id
        if "entry" in needs:
            made["entry"] = self.api("GET", f"{path}/timeline").json()["items"][0]["id"]
        if {"attachment", "attachment_id"} & {*needs}:
            said = {"text": "The pool is full", "kind": "log"}
            excerpt = self.api("POST", f"{path}/excerpts", said)
            made["attachment_id"] = made["attachment"] = excerpt.json()["id"]
        self._lead(work, reference, state)
        return made

    def _lead(self, work: UnitOfWork, reference: str, state: str) -> None:
        if state == "restricted":
            commands.restrict(work, reference, named=(), reason="A breach")
        if state in ("investigating", "resolved", "closed"):
            commands.acknowledge(work, reference)
        if state in ("resolved", "closed"):
            commands.resolve(work, reference)
        if state == "closed":
            commands.close(work, reference)

    def alert(self) -> str:
        """A new alert, its id."""
        self.count += 1
        name = f"Alert {self.count}"
        body = {"title": name, "key": name}
        sent = self.client.post(f"/intake/{self.generic}", json=body)
        assert sent.status_code in (200, 202), sent.text
        settle(self.ledger)
        [made] = self.api("GET", "/api/v1/alerts", q=name, limit=1).json()["items"]
        return str(made["id"])


@contextmanager
def open_house(folder: Path, url: str | None = None, **chosen: Any) -> Generator[House]:
    """A new one, on SQLite unless a database is named."""
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    database = Database(url or f"sqlite:///{folder}/tocsin.db")
    clock = SimulatedClock(NOON)
    ledger = found(database, keys.make(), clock, origin="test")
    app = make_app(ledger, Settings(data_folder=folder, **chosen))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield House(ledger, clock, client)
    database.close()


def _generic(text: str) -> dict[str, object]:
    named = {"title": text, "service": text, "team": text, "group": text, "description": text}
    return named | {"labels": {"pool": text}, "key": text[:200] or "x"}


def _alertmanager(text: str) -> dict[str, object]:
    labels = {"alertname": text, "service": text}
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": text, "runbook_url": text},
        "startsAt": "2026-11-24T12:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": text,
        "fingerprint": f"{zlib.crc32(text.encode()):016x}",
    }
    shared = {"groupLabels": labels, "commonLabels": labels, "commonAnnotations": {}}
    about = {"version": "4", "groupKey": text, "truncatedAlerts": 0, "status": "firing"}
    return about | shared | {"receiver": text, "externalURL": text, "alerts": [alert]}


def _pagerduty(key: str, text: str) -> dict[str, object]:
    payload = {"summary": text, "source": text, "severity": "critical", "component": text}
    more = {"group": text, "class": text, "custom_details": {text: text}}
    links = [{"href": text, "text": text}]
    event = {"routing_key": key, "event_action": "trigger", "dedup_key": text[:200]}
    return event | {"payload": payload | more, "links": links, "client": text, "client_url": text}
