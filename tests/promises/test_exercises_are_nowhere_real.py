"""A drill or a training tells nobody, is in no figure, and says what it is wherever it is shown.

Every page, every answer of the API, every metric, every command and every row of the outbox is asked.
"""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from alertmanagers import add_alert
from litestar.testing import TestClient
from serving import served
from sqlalchemy import func, select

from tocsin.access.policy import TOCSIN, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.port import Effect
from tocsin.features.incidents.rows import INCIDENTS
from tocsin.features.incidents.terms import EXERCISES, Mode, NoteKind
from tocsin.features.notices import commands as notices
from tocsin.features.people import commands as people
from tocsin.features.playbooks import commands as playbooks
from tocsin.features.playbooks.terms import Template
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import due, follow, keys
from tocsin.ledger.due import DUE
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime import metrics
from tocsin.runtime.app import make_app
from tocsin.runtime.features import FEATURES, at_work
from tocsin.runtime.main import run
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

PASSWORD: Final = "heron lantern orbit 47"
NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
TITLE: Final = "Lose the data centre"
LABELS: Final = {"alertname": "Down", "service": "cards", "severity": "critical"}
LOGGED: Final = re.compile(r"\[(debug|info|warning) *\]")
OWN_LISTS: Final = ("?view=training", "?mode=training", "?mode=drill")
COUNTED: Final = re.compile(r'<a href="([^"]*)"[^>]*>[^<]*<span class="n">([0-9]+)')


@dataclass
class Place:
    """An organisation that tells and silences, with one exercise of each sort, worked on by Ada."""

    ledger: Ledger
    ada: UnitOfWork
    secret: str
    token: str
    references: dict[str, str]
    alert: str

    @property
    def marks(self) -> dict[str, str]:
        return {reference: mode.upper() for mode, reference in self.references.items()}


@pytest.fixture
def place(database: Database) -> Place:
    ledger = found(database, keys.make(), SimulatedClock(NOON), origin="test")
    host = host_work(ledger)
    people.add_person(host, email="ada@example.com", name="Ada", role=Role.ADMIN, password=PASSWORD)
    secret = people.sign_in(ledger, people.Attempt(email="ada@example.com", password=PASSWORD))
    ada = UnitOfWork(ledger, people.actor_of_session(ledger, secret).actor)
    root = UnitOfWork(ledger, TOCSIN)
    kind = SourceKind.ALERTMANAGER
    source, _ = alerts.create_source(root, name="am1", kind=kind, peer_url="https://am.example.com")
    notices.add_webhook(root, "status page", "https://hooks.example.com/x")
    notices.add_mail_list(root, "ops", ["ops@example.com"])
    playbooks.write_template(root, "cards", Template(services=("cards",), first_tasks="Look"))
    token = people.create_token(host, "tools", Role.ADMIN)
    alert = add_alert(ledger, LABELS, key="k1", source=source)
    return Place(ledger, ada, secret, token, {}, alert)


def exercise(place: Place) -> None:
    """Declare one of each sort, and do to it what leaves something behind."""
    for mode in sorted(EXERCISES):
        said = Declaration(
            title=TITLE,
            severity=1,
            mode=mode,
            service="cards",
            template="cards",
            alerts=(place.alert,),
        )
        reference = incidents.declare(place.ada, said).incident.reference
        place.references[mode.value] = reference
        incidents.appoint(place.ada, reference, commander=place.ada.actor.person or "")
        update = Noted(kind=NoteKind.STATUS_UPDATE, text=Text("All is well"))
        incidents.state(place.ada, reference, update)
        incidents.change_severity(place.ada, reference, severity=2, reason="Practice")


def follow_all(place: Place) -> None:
    """Let everything follow that follows, and fire what is due."""
    for feature in at_work("https://tocsin.example.com", lambda _: b"[]"):
        for reactor in feature.reactors:
            while follow.catch_up(place.ledger, reactor):
                pass


def browser(place: Place) -> TestClient[Any]:
    made: TestClient[Any] = TestClient(make_app(place.ledger, Settings()))
    made.cookies.set(session.NAME, place.secret)
    made.headers["authorization"] = f"Bearer {place.token}"
    return made


def addresses(place: Place, reference: str) -> Iterator[str]:
    """The address of everything that can be read, with the exercise in the place of any incident."""
    given = {"reference": reference, "incident": reference, "alert": place.alert, "name": "cards"}
    for feature in FEATURES:
        for router in feature.routers:
            for route in router.routes:
                names = re.findall(r"\{([a-z_]+)[^}]*\}", route.path)
                if "GET" in route.methods and all(name in given for name in names):
                    yield re.sub(r"\{([a-z_]+)[^}]*\}", lambda m: given[m[1]], route.path)
    yield from ("/incidents?view=mine", "/incidents?view=over", "/incidents?density=compact")
    yield from (
        f"/declare?mode=training&title={TITLE.replace(' ', '+')}",
        f"/declare?title={TITLE}",
    )
    yield from (f"/incidents/found?text={TITLE.split()[0]}", f"/incidents/found?text={reference}")
    for own in OWN_LISTS:
        yield f"/incidents{own}"
        yield f"/api/v1/incidents{own}"


def unmarked(text: str, place: Place) -> list[str]:
    """The exercises that are named in a text which does not say what they are.

    On a page the mark is in capitals, as nothing else is; a program reads it in small letters.
    """
    is_page = text.lstrip().startswith("<")
    said = text if is_page else text.upper()
    return [one for one, mark in place.marks.items() if one in text and mark not in said]


def test_every_page_and_answer_that_names_it_says_what_it_is(place: Place) -> None:
    exercise(place)
    seen: set[str] = set()
    with browser(place) as client:
        for reference in place.references.values():
            for address in addresses(place, reference):
                answer = client.get(address)
                assert answer.status_code < 500, address
                assert unmarked(answer.text, place) == [], address
                if reference in answer.text.replace(address, ""):
                    seen.add(address.replace(reference, "REF"))
    wanted = {"/incidents/REF", "/incidents/REF/alerts", "/page/REF", "/incidents?view=training"}
    wanted |= {"/api/v1/incidents/REF", "/api/v1/incidents?mode=training"}
    assert wanted <= seen


def test_no_list_and_no_number_but_its_own_holds_it(place: Place) -> None:
    lists = ["/incidents", "/incidents?view=mine", "/incidents?view=over", "/api/v1/incidents"]
    with browser(place) as client:
        incidents.declare(place.ada, Declaration(title="Something real", severity=2))
        before = {address: client.get(address).text for address in lists}
        exercise(place)
        for address in lists:
            after = client.get(address).text
            assert not any(one in after for one in place.references.values()), address
            assert "Something real" in after or "over" in address or "mine" in address
            assert counted(after) == counted(before[address]), address
        exports = {form: exported(client, form) for form in ("jsonl", "csv")}
        for text in exports.values():
            assert not any(one in text for one in place.references.values())
        for form in exports:
            own = exported(client, form, "view=training")
            rows = [line for line in own.splitlines() if any(r in line for r in place.marks)]
            assert len(rows) == len(EXERCISES)
            assert all(unmarked(row, place) == [] for row in rows)


def counted(text: str) -> list[tuple[str, str]]:
    """The numbers that stand beside lists, but for that of the exercises' own."""
    return [(place, number) for place, number in COUNTED.findall(text) if "training" not in place]


def exported(client: TestClient[Any], form: str, query: str = "") -> str:
    asked = {"query": query, "format": form}
    answer = client.post("/api/v1/incidents/exports", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_nothing_is_asked_of_the_outside_and_no_metric_moves(place: Place) -> None:
    follow_all(place)
    with place.ledger.read() as rows:
        waiting = rows.scalar(select(func.count()).select_from(DUE))
    before = measured(place.ledger)
    exercise(place)
    for reference in place.references.values():
        incidents.mitigate(place.ada, reference, how="Practice")
        incidents.resolve(place.ada, reference)
        incidents.reopen(place.ada, reference, reason="Once more")
        incidents.resolve(place.ada, reference)
        incidents.close(place.ada, reference)
    follow_all(place)
    with place.ledger.read() as rows:
        assert rows.scalar(select(func.count()).select_from(DUE)) == waiting
        assert due.receivers(rows, NOON + timedelta(days=9)) == []
    assert measured(place.ledger) == before


def measured(ledger: Ledger) -> list[str]:
    """The metrics, without those of requests and of the process."""
    lines = metrics.exposed(ledger).decode().splitlines()
    ours = ("tocsin_due", "tocsin_alert_to_incident", "tocsin_incident")
    return [line for line in lines if line.startswith(ours) and "late_seconds" not in line]


def test_the_same_done_to_what_is_real_asks_the_outside(place: Place) -> None:
    said = Declaration(title=TITLE, severity=1, service="cards", alerts=(place.alert,))
    reference = incidents.declare(place.ada, said).incident.reference
    incidents.acknowledge(place.ada, reference)
    follow_all(place)
    with place.ledger.read() as rows:
        receivers = {one.partition(":")[0] for one in rows.scalars(select(DUE.c.receiver))}
    assert {"webhook", "mail"} < receivers


@pytest.fixture
def typed(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Generator[Any]:
    with served(make_app(place.ledger, Settings())) as url:
        monkeypatch.setenv("TOCSIN_URL", url)
        monkeypatch.setenv("TOCSIN_TOKEN", place.token)

        def type_(*words: str) -> str:
            code = run(list(words))
            said = capsys.readouterr()
            assert code == 0, said.err
            return "".join(line for line in said.out.splitlines(True) if not LOGGED.search(line))

        yield type_


def test_every_command_that_names_it_says_what_it_is(place: Place, typed: Any) -> None:
    said = typed("declare", TITLE, "--training", "--service", "cards", "--template", "cards")
    reference = said.split()[0]
    assert said == f"{reference} [TRAINING]\n"
    place.references["training"] = reference
    for words in (
        ("ack", reference),
        ("note", reference, "Practice"),
        ("show", reference),
        ("ls", "--mode", "training"),
        ("mitigate", reference),
        ("resolve", reference),
        ("close", reference),
        ("reopen", reference, "Once more"),
    ):
        answer = typed(*words)
        assert reference in answer, words
        assert unmarked(answer, place) == [], words
    assert "training" in typed("show", reference, "--json")
    assert reference not in typed("ls", "--all")
    ahead = json.loads(typed("declare", TITLE, "--training", "--preview", "--json"))
    assert [one["mode"] for one in ahead["known"]] == ["training"]
    effects = [one["effect"] for one in ahead["foreseen"]]
    assert effects == ["recorded", "seen", "figures", "paged", "mirrored", "told"]
    assert not any(one["text"].startswith(("ops is", "status page")) for one in ahead["foreseen"])


def test_real_and_exercise_are_never_taken_for_the_same(place: Place) -> None:
    exercise(place)
    real = Declaration(title=TITLE, service="cards")
    assert incidents.preview(place.ada, real, ()).known == ()
    practice = Declaration(title=TITLE, service="cards", mode=Mode.TRAINING)
    found_ = {one.row.mode for one in incidents.preview(place.ada, practice, ()).known}
    assert found_ == {"training", "drill"}


def test_which_alerts_would_be_silent_where_is_said_beforehand(place: Place) -> None:
    foresees = [one.foresees for one in FEATURES if one.foresees is not None]

    def said(mode: Mode, *alerts_: str, role: Role = Role.ADMIN) -> list[str]:
        actor = holding(role, By(id="rex", kind="person"), "rex")
        declaration = Declaration(title=TITLE, mode=mode, alerts=alerts_)
        seen = incidents.preview(UnitOfWork(place.ledger, actor), declaration, foresees)
        return [one.text for one in seen.foreseen if one.effect is Effect.MIRRORED]

    for role in (Role.ADMIN, Role.RESPONDER):
        assert said(Mode.LIVE, place.alert, role=role) == [
            "1 alert is silenced for 4 h, once it is acknowledged, at am1"
        ]
    assert said(Mode.LIVE) == [
        "Alerts that join it are silenced for 4 h, once it is acknowledged, at am1"
    ]
    assert said(Mode.TRAINING, place.alert) == [
        "Nothing is silenced at a monitor: it is training, not live"
    ]


def test_the_sort_is_fixed_at_declaration(place: Place) -> None:
    exercise(place)
    with place.ledger.read() as rows:
        modes = set(rows.scalars(select(INCIDENTS.c.mode)))
    assert modes == {"training", "drill"}
