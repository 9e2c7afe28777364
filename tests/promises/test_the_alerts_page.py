"""The Alerts page: a storm is a headline, groups say why, and nobody learns what they may not see."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.testing import TestClient
from monitors import World

from tocsin.access.policy import ALLOWED, TOCSIN, Role
from tocsin.features.alerts.rows import DEAD_LETTERS, DeadLetter, occurrences
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.mirroring.events import Asked, DriftSeen, Held, MirrorEvent, PeerSilenceSeen
from tocsin.features.mirroring.rows import MIRRORING, PEER_SILENCE
from tocsin.features.mirroring.terms import Drift
from tocsin.features.silences import commands as silences
from tocsin.features.silences.lifecycle import Wish
from tocsin.features.silences.terms import Matcher, Op
from tocsin.features.triage.web import ROUTER
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import found
from tocsin.ledger.words import Text
from tocsin.storage.database import Database
from tocsin.web.answers import ANSWERS
from tocsin.web.viewer import Viewer

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Client = TestClient[Litestar]


@pytest.fixture
def world(database: Database) -> World:
    clock = SimulatedClock(NOON)
    return World(found(database, keys.make(), clock, origin="test"), clock)


@contextmanager
def browser(
    world: World, name: str = "ada", role: Role = Role.ADMIN, replayed: list[str] | None = None
) -> Generator[Client]:
    """Somebody's browser."""

    def viewer() -> Viewer:
        return Viewer(person=name, name=name, role=role.value, may=ALLOWED[role], now=world.clock())

    def submit(letter: DeadLetter, _: bytes) -> None:
        (replayed if replayed is not None else []).append(letter.id)

    dependencies: dict[str, Any] = {
        "work": Provide(lambda: world.person(name, role), sync_to_thread=False),
        "viewer": Provide(viewer, sync_to_thread=False),
        "submit": Provide(lambda: submit, sync_to_thread=False),
    }
    app = Litestar(
        [ROUTER],
        dependencies=dependencies,
        exception_handlers=ANSWERS,
        state=State({"over_tls": False}),
        openapi_config=None,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_an_empty_page_says_what_to_do(world: World) -> None:
    with browser(world) as ada:
        text = read(ada, "/alerts")
    assert "Nothing fires" in text
    assert "tocsin source create" in text
    assert "Everything that was received could be read." in text


def test_a_storm_is_a_headline_with_true_numbers_and_its_reasons(world: World) -> None:
    for number in range(90):
        world.fire(f"service-{number % 30}")
    world.later(seconds=1)
    with browser(world) as ada:
        text = read(ada, "/alerts?group=service:service-7")
    assert "90 alerts in 10 minutes, in 30 groups, held to 1 incident" in text
    assert "Same service, <b>service-7</b>" in text
    assert "A storm: 90 alerts in 30 groups at once" in text
    assert "by the rule <b>default</b>" in text
    assert world.incidents[0].reference in text
    assert "median 1.0 s" in text


def test_a_restricted_incident_is_nowhere_for_the_unnamed(world: World) -> None:
    alert = world.fire("vault")
    world.later(seconds=1)
    reference = world.incidents[0].reference
    incidents.restrict(world.ada, reference, named=(), reason="It is a breach.")
    for address in ("/alerts", "/alerts?view=every", f"/alerts/{alert}"):
        with browser(world, "eve", Role.MANAGER) as eve:
            hidden = read(eve, address)
        assert reference not in hidden
        assert "Sev-2" not in hidden
        assert "lert to incident" not in hidden, "how long it took would tell that there is one"
        with browser(world) as ada:
            assert reference in read(ada, address)
    with browser(world, "eve", Role.MANAGER) as eve:
        form = {"incident": reference, "reason": "Why not."}
        known = eve.post(f"/alerts/{alert}/take-out", data=form)
        form["incident"] = "INC-2026-9999"
        unknown = eve.post(f"/alerts/{alert}/take-out", data=form)
    assert known.status_code == unknown.status_code == 404
    assert known.text.replace(reference, "X") == unknown.text.replace("INC-2026-9999", "X")


def test_every_alert_is_listed_page_by_page(world: World) -> None:
    for number in range(60):
        world.fire(f"s{number}", severity="info")
        world.clock.advance(timedelta(milliseconds=2))
    with browser(world) as ada:
        first = read(ada, "/alerts?view=every")
        after = first.split("after=")[1].split('"')[0]
        second = read(ada, f"/alerts?view=every&after={after}")
        assert (first.count("data-row"), second.count("data-row")) == (50, 10)
        assert read(ada, "/alerts?view=every&text=s59").count("data-row") == 1
        assert "No alert matches" in read(ada, "/alerts?view=every&stands=over")
        assert ada.get("/alerts?view=nonsense").status_code == 400


def test_one_alert_shows_labels_silences_and_why_it_is_where_it_is(world: World) -> None:
    before = world.fire("cards", key="cards-down")
    world.tell(before, "over", state="resolved")
    alert = world.fire("cards", key="cards-down", annotations='{"summary":"Refused"}')
    world.later(seconds=1)
    matcher = Matcher(name="alertname", op=Op.EQUAL, value="Down")
    ends = world.clock() + timedelta(hours=1)
    wish = Wish(
        matchers=(matcher,),
        starts_at=world.clock(),
        ends_at=ends,
        created_by="Olga",
        comment="Patching",
    )
    silences.make(world.ada, wish)
    with browser(world) as ada:
        text = read(ada, f"/alerts/{alert}")
    for words in ("alertname", "Refused", "Patching", "by Olga", f"/alerts/{before}", "default"):
        assert words in text
    assert "holds for 2 alerts of service cards" in text


def test_an_alert_shows_who_silenced_it_at_its_monitor_and_where_that_drifted(world: World) -> None:
    alert = world.fire("cards", key="cards-down")
    with world.ledger.read() as look:
        source = occurrences.by_ids(look, [alert])[0].source
    until = NOON + timedelta(hours=1)
    seen = PeerSilenceSeen(
        source=source,
        silence="x",
        matchers=(Matcher(name="alertname", op=Op.EQUAL, value="Down"),),
        starts_at=NOON,
        ends_at=until,
        created_by=Text("Mallory"),
        comment=Text("Not now"),
    )
    incident = incidents.declare(world.ada, Declaration(title="Down", alerts=(alert,))).id
    ours: list[MirrorEvent] = [
        Asked(
            incident=incident,
            alert=alert,
            source=source,
            key="cards-down",
            ends_at=until,
            names_reference=True,
        ),
        Held(silence="y", ends_at=until, names_reference=True),
        DriftSeen(drift=Drift.ENDED_THERE, ends_at=NOON),
    ]
    with world.ledger.change(TOCSIN.by) as change:
        change.record(PEER_SILENCE, f"{source}/x", [seen])
        change.record(MIRRORING, "m", ours)
    with browser(world) as ada:
        text = read(ada, f"/alerts/{alert}")
    for words in ("Not now", "by Mallory", "by Tocsin", "Drift: ended there"):
        assert words in text


def test_what_a_silence_holds_back_is_listed(world: World) -> None:
    matcher = Matcher(name="alertname", op=Op.EQUAL, value="Down")
    until = NOON + timedelta(hours=1)
    wish = Wish(
        matchers=(matcher,), starts_at=NOON, ends_at=until, created_by="Olga", comment="Patching"
    )
    silences.make(world.ada, wish)
    world.fire("cards")
    world.later(seconds=1)
    with browser(world) as ada:
        text = read(ada, "/alerts?view=silenced")
    assert "Down: cards" in text
    assert "Silenced" in text


def test_closing_says_whether_there_was_anything_to_do(world: World) -> None:
    alert = world.fire("cards")
    with browser(world) as ada:
        assert ada.post(f"/alerts/{alert}/close", data={}).status_code == 400
        form = {"actionability": "false_positive", "reason": "A test."}
        answer = ada.post(f"/alerts/{alert}/close", data=form, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/alerts/{alert}")
        text = read(ada, f"/alerts/{alert}")
    assert "Closed" in text
    assert "closed the alert (false positive). A test." in text


def test_an_alert_is_taken_out_of_an_incident_with_a_reason(world: World) -> None:
    alert = world.fire("cards")
    world.later(seconds=1)
    form = {"incident": world.incidents[0].reference, "reason": "Unrelated."}
    with browser(world) as ada:
        assert ada.post(f"/alerts/{alert}/take-out", data=form).status_code == 200
    assert world.incidents[0].alerts == 0


def test_an_unknown_alert_is_not_found(world: World) -> None:
    with browser(world) as ada:
        assert ada.get("/alerts/nothing").status_code == 404


def test_an_observer_sees_no_control_that_would_refuse_them(world: World) -> None:
    alert = world.fire("cards")
    world.later(seconds=1)
    with browser(world, "olga", Role.OBSERVER) as olga:
        pages = [read(olga, f"/alerts{at}") for at in ("", "/rules", f"/{alert}")]
    assert not any('method="post" action="/alerts' in text for text in pages)
    assert "Write a rule" not in pages[1]
    assert "Close it" not in pages[2]


def test_dead_letters_are_shown_with_their_reason_and_replayed(world: World) -> None:
    body = {"id": "d1", "at": NOON, "source": "s1", "day": "2026-11-24", "path": "/intake/x"}
    said = {"code": "bad_json", "sentence": "This is not JSON: line 1."}
    with world.ledger.database.write() as connection:
        connection.execute(DEAD_LETTERS.insert().values(**body, **said))
    with browser(world) as ada:
        text = read(ada, "/alerts")
    assert "This is not JSON: line 1." in text
    assert "Too large to keep" in text


def test_a_rule_is_tried_written_and_retired_on_its_page(world: World) -> None:
    world.fire("cards")
    with browser(world) as ada:
        tried = read(ada, '/alerts/rules?condition=alert.severity == "critical"')
        assert "Of 1 alerts it takes 1" in tried
        assert "service cards" in tried
        wrong = ada.post("/alerts/rules", data={"name": "x", "condition": "alert.nothing"})
        assert wrong.status_code == 400
        assert "there is no alert.nothing" in wrong.text
        form = {"name": "mine", "condition": "true", "severity_by_word": "page=1"}
        assert ada.post("/alerts/rules", data=form).status_code == 200
        assert "Sev-1 for “page”" in read(ada, "/alerts/rules")
        assert ada.post("/alerts/rules/mine/retire").status_code == 200
        assert "Shipped with Tocsin" in read(ada, "/alerts/rules")
