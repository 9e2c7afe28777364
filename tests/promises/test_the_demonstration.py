"""`tocsin demo`: a stranger types it, and within a minute watches a storm become one incident."""

import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from demonstrations import Demonstration
from kept import KINDS, database_of
from processes import Client, until
from sqlalchemy import select

from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.rows import INCIDENTS
from tocsin.features.incidents.rows.views import VIEWS
from tocsin.features.incidents.terms import EvidenceKind, NoteKind, RoleName, TaskState
from tocsin.features.playbooks import commands as playbooks
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import checking, keys
from tocsin.ledger.event import kind_of
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.tables import CHECKPOINTS, LEDGER
from tocsin.runtime import settings
from tocsin.runtime.demo import making, storm
from tocsin.runtime.demo.organisation import SERVICES
from tocsin.runtime.features import aggregates
from tocsin.runtime.opening import host_work

pytestmark = pytest.mark.timeout(300)  # half a year takes a while on a busy machine

UNTIL = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


def quiet(_: int, __: int) -> None:
    """Tell nobody how far it is."""


@pytest.fixture(scope="module", params=KINDS)
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Ledger]:
    """The made-up company, after its simulated past, for tests that only look at it."""
    clock = SimulatedClock(making.began_at(UNTIL))
    with database_of(request, tmp_path_factory.mktemp("company")) as database:
        ledger = found(database, keys.make(), clock, origin=making.ORIGIN)
        making.live_through(ledger, clock, UNTIL)
        yield ledger


def test_its_past_is_lived_through_and_proves_itself(company: Ledger) -> None:
    with company.read() as rows:
        instants = rows.scalars(select(LEDGER.c.at).order_by(LEDGER.c.seq)).all()
        kept = rows.execute(select(INCIDENTS)).all()
        notes = rows.scalars(select(CHECKPOINTS.c.note)).all()
    assert instants == sorted(instants)
    assert instants[0] >= making.began_at(UNTIL)
    assert instants[-1] <= UNTIL
    assert 170 <= len(kept) <= 240
    assert {row.phase for row in kept if row.is_open} == {
        "reported",
        "investigating",
        "mitigated",
    }
    assert sum(row.is_open for row in kept) == 6
    assert {row.mode for row in kept} == {"live", "drill", "training", "retrospective"}
    assert any(row.is_restricted for row in kept)
    assert any(row.reopened for row in kept)
    assert len(notes) > 180, "a checkpoint was signed every day"
    assert all(note.startswith(f"{making.ORIGIN}\n") for note in notes)
    assert list(checking.lines(company, quiet)) == []
    assert list(checking.words(company, quiet)) == []
    assert list(checking.rows_against_fold(company, aggregates(), quiet)) == []


def test_somebody_who_looks_around_finds_everything_in_use(company: Ledger) -> None:
    host = host_work(company)
    grave = next(one for one in incidents.listed(host, limit=200) if one.severity == 1)
    shown, entries = incidents.timeline(host, grave.reference)
    kinds = Counter(kind_of(entry.event).name for entry in entries)
    assert len(entries) >= 200
    assert set(NoteKind) <= {one.event.kind for one in entries if isinstance(one.event, Noted)}
    said = [one.event for one in entries if isinstance(one.event, Noted)]
    assert any(one.mentions for one in said)
    assert sum(one.corrects is not None for one in said) == 3
    assert any(one.occurred_at for one in said)
    assert kinds["incident.situation_stated"] == 3
    assert kinds["incident.role_accepted"] == 3, "command was handed over, among others"
    incident = shown.incident
    assert [offer.role for offer in incident.offers] == [RoleName.SCRIBE]
    assert {one.role for one in incident.changes} == {"suspect", "cause", "fix"}
    assert {one.kind for one in incident.evidence} == set(EvidenceKind)
    assert {one.state for one in incident.tasks} == set(TaskState)
    assert any(one.due and one.due < UNTIL and one.is_open for one in incident.tasks)
    assert incident.template == "card-payments"
    assert len(playbooks.templates(host)) == 6
    with company.read() as rows:
        kept = rows.execute(select(VIEWS)).all()
    assert {view.audience for view in kept} == {"private", "team", "everybody"}


def test_the_storm_is_a_real_alertmanagers_and_moves_to_now() -> None:
    recording = storm.recorded()
    assert len(recording.alerts) == 300
    assert recording.services == set(SERVICES)
    now = datetime(2027, 3, 4, 5, 6, 7, tzinfo=UTC)
    sent = list(recording.from_now(now))
    assert [one.after_seconds for one in sent] == sorted(one.after_seconds for one in sent)
    assert 10 < recording.all_firing_after_seconds < 25
    for before, after in zip(recording.requests, sent, strict=True):
        was, is_now = json.loads(before.body), json.loads(after.body)
        assert is_now["version"] == "4"
        for old, new in zip(was.pop("alerts"), is_now.pop("alerts"), strict=True):
            began = datetime.fromisoformat(new.pop("startsAt"))
            assert now - timedelta(seconds=5) < began < now + timedelta(seconds=60)
            is_firing = new["status"] == "firing"
            assert is_firing == new["endsAt"].startswith("0001")
            assert is_firing or began < datetime.fromisoformat(new["endsAt"])
            del old["startsAt"], old["endsAt"], new["endsAt"]
            assert old == new
        assert was == is_now


def test_it_never_takes_a_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("private")
    chosen = settings.read(data_folder=tmp_path, origin=making.ORIGIN)
    with pytest.raises(Refused, match="something else"):
        making.opened(chosen)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.fixture
def start(tmp_path: Path) -> Generator[Callable[..., Demonstration]]:
    """Starts demonstrations on one folder, and stops them."""
    running: list[Demonstration] = []

    def made(*words: str) -> Demonstration:
        running.append(Demonstration(tmp_path / "company", *words))
        return running[-1]

    yield made
    for one in running:
        one.stop()


def test_a_storm_becomes_one_incident_before_ones_eyes(
    start: Callable[..., Demonstration],
) -> None:
    demonstration = start()
    observer = demonstration.client("observer")

    def with_alerts() -> list[dict[str, Any]]:
        found = observer.get("/api/v1/incidents?open=true&limit=200")["items"]
        return [one for one in found if one["alerts"]]

    critical = storm.recorded().critical
    until(lambda: sum(one["alerts"] for one in with_alerts()) >= critical)
    found = with_alerts()
    assert len(found) == 1, found
    assert found[0]["alerts"] == critical
    page = urllib.request.urlopen(f"{demonstration.facts['address']}/sign-in", timeout=10)
    assert page.status == 200


def test_a_folder_is_used_again_with_fresh_ways_in(start: Callable[..., Demonstration]) -> None:
    first = start("--no-storm")
    assert first.client("admin").get("/api/v1/incidents")["items"]
    first.stop()
    again = start("--no-storm")
    assert again.client("responder").get("/api/v1/incidents")["items"]
    assert again.facts["password"] != first.facts["password"]
    stale = Client(again.facts["address"], first.facts["tokens"]["admin"])
    assert stale.ask("GET", "/api/v1/incidents")[0] == 401
