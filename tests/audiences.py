"""An organisation with somebody in legal, somebody in security, and an administrator in neither."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from litestar.testing import TestClient

from tocsin.access.policy import Actor, Role
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session
from tocsin.web.security import HEADER

PASSWORD: Final = "heron lantern orbit 47"
INCIDENTS: Final = "/api/v1/incidents"
WORD: Final = "kanarienvogel"
"""Stands in whatever is written for an audience, and nowhere else."""
NAMED: Final = {"lea": Role.RESPONDER, "eve": Role.ADMIN, "sol": Role.RESPONDER}
IN: Final = {"lea": "legal", "sol": "security"}


@dataclass
class Somebody:
    """One person, with a token that is in the same audience."""

    client: TestClient[Any]
    ledger: Ledger
    id: str
    secret: str
    token: str
    sent: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(path, params=query or None, headers=self._headers(path))

    def send(self, method: str, path: str, said: dict[str, Any], **more: str) -> Any:
        headers, form = self._headers(path) | more, not path.startswith("/api/")
        if form:
            headers[HEADER] = people.actor_of_session(self.ledger, self.secret).csrf
            headers["sec-fetch-site"] = "same-origin"
        body: dict[str, Any] = {"data": said} if form else {"json": said}
        return self.client.request(method, path, headers=headers, follow_redirects=False, **body)

    def post(self, path: str, **said: Any) -> Any:
        return self.send("POST", path, said)

    @property
    def actor(self) -> Actor:
        return people.actor_of_session(self.ledger, self.secret).actor

    @property
    def work(self) -> UnitOfWork:
        return UnitOfWork(self.ledger, self.actor)

    def _headers(self, path: str) -> dict[str, str]:
        if path.startswith("/api/"):
            return {"authorization": f"Bearer {self.token}"}
        return {"cookie": f"{session.NAME}={self.secret}"}


@dataclass
class House:
    """An organisation, its door, and who is in it."""

    ledger: Ledger
    clock: SimulatedClock
    client: TestClient[Any]
    app: Any
    lea: Somebody
    eve: Somebody
    sol: Somebody

    def declare(self, title: str = "Cards refused") -> str:
        return commands.declare(self.eve.work, Declaration(title=title)).incident.reference


@contextmanager
def house_with_audiences(database: Database) -> Generator[House]:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    ledger = found(database, keys.make(), clock, origin="test")
    app = make_app(ledger, Settings())
    with TestClient(app, raise_server_exceptions=False) as client:
        several = {name: somebody(client, ledger, name) for name in NAMED}
        yield House(ledger, clock, client, app, **several)


def somebody(client: TestClient[Any], ledger: Ledger, name: str) -> Somebody:
    host, email = host_work(ledger), f"{name}@example.com"
    id_ = people.add_person(
        host, email=email, name=name.capitalize(), role=NAMED[name], password=PASSWORD
    )
    token = people.create_token(host, name=name, role=NAMED[name])
    if name in IN:
        people.admit(host, IN[name], id_)
        people.admit(host, IN[name], people.member_named(host, name))
    secret = people.sign_in(ledger, people.Attempt(email=email, password=PASSWORD))
    return Somebody(client, ledger, id_, secret, token)


def entries_of(who: Somebody, reference: str, **query: str) -> list[dict[str, Any]]:
    answer = who.get(f"{INCIDENTS}/{reference}/timeline", **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def write_all(house: House, reference: str) -> None:
    """All that can be for an audience, by every door."""
    lea, one = house.lea, f"{INCIDENTS}/{reference}"
    note = {"text": f"{WORD} @eve @lea", "audience": "legal"}
    assert lea.post(f"{one}/notes", **note).status_code == 201
    finding = {"text": WORD, "audience": "legal", "kind": "finding"}
    assert lea.post(f"{one}/notes", **finding).status_code == 201
    decision = {"question": WORD, "choice": WORD, "authority": "counsel", "audience": "legal"}
    assert lea.post(f"{one}/decisions", **decision, alternatives=[WORD]).status_code == 201
    wrong = next(entry for entry in entries_of(lea, reference) if entry["audience"])
    put_right = lea.post(f"{one}/notes", text=f"{WORD} put right", corrects=wrong["id"])
    assert put_right.status_code == 201
    marked = lea.send("PUT", f"{one}/timeline/{wrong['id']}/key-moment", {})
    assert marked.status_code == 200, marked.text
    on_page = {"text": f"{WORD} from the page", "audience": "legal", "kind": "note"}
    assert lea.post(f"/incidents/{reference}/entries", **on_page).status_code == 303
    said = {"text": WORD, "question": WORD, "audience": "legal", "kind": "decision"}
    assert lea.post(f"/incidents/{reference}/entries", **said).status_code == 303
