"""What monitors say becomes alerts: one occurrence for each trouble, counted, over when it is over."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select, text
from taking import NOON, alert, alerts, bodied, letters, post, send, settle, source, taking

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands, rows
from tocsin.features.alerts.events import SignalsReceived
from tocsin.features.alerts.intake import Intake
from tocsin.features.alerts.rules.received import leads_to
from tocsin.features.alerts.terms import Actionability, AlertState, SourceKind, What
from tocsin.foundation.clock import SimulatedClock
from tocsin.integrations.alertmanager import received
from tocsin.ledger import checking, keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def key(ledger: Ledger) -> str:
    return source(ledger)


@pytest.fixture
def intake(ledger: Ledger) -> Generator[Intake]:
    with taking(ledger) as working:
        yield working


def what_happened(ledger: Ledger) -> list[tuple[str, What]]:
    with ledger.read() as looked:
        return [(news.alert.title, news.what) for news in rows.news(looked)]


def test_the_same_labels_again_are_the_same_alert_heard_again(
    ledger: Ledger, key: str, intake: Intake
) -> None:
    said = alert("DiskFull", summary="The disk is full")
    other_order = said | {"labels": dict(reversed(said["labels"].items()))}
    for one in (said, said, other_order):
        assert send(intake, key, one).status == 200
    settle(ledger)
    (only,) = alerts(ledger)
    assert (only.title, only.signals, only.state) == ("The disk is full", 3, AlertState.FIRING)
    assert what_happened(ledger) == [("The disk is full", What.OPENED)]


def test_a_repeat_writes_one_journal_row_and_nothing_else(
    ledger: Ledger, key: str, intake: Intake
) -> None:
    def sizes() -> dict[str, int]:
        with ledger.read() as looked:
            return {
                table.name: looked.execute(select(func.count()).select_from(table)).scalar_one()
                for table in METADATA.sorted_tables
            }

    several = [alert(f"A{number}") for number in range(50)]
    send(intake, key, *several)
    before = sizes()
    send(intake, key, *several)
    grown = {name: after - before[name] for name, after in sizes().items()}
    assert {name: by for name, by in grown.items() if by} == {"alert_journal": 1}


def test_what_changes_is_changed_in_place_and_told(
    ledger: Ledger, key: str, intake: Intake
) -> None:
    send(intake, key, alert("DiskFull", summary="90% full"))
    send(intake, key, alert("DiskFull", summary="95% full"))
    send(intake, key, alert("DiskFull", summary="95% full"))
    settle(ledger)
    (only,) = alerts(ledger)
    assert (only.annotations, only.signals) == ({"summary": "95% full"}, 3)
    assert [what for _, what in what_happened(ledger)] == [What.OPENED, What.CHANGED]


def test_a_resolved_alert_is_over_and_the_same_key_is_a_new_occurrence(
    ledger: Ledger, key: str, intake: Intake, clock: SimulatedClock
) -> None:
    send(intake, key, alert("DiskFull"))
    clock.advance(timedelta(minutes=5))
    send(intake, key, alert("DiskFull", ends=NOON + timedelta(minutes=4)))
    send(intake, key, alert("DiskFull", ends=NOON + timedelta(minutes=4)))
    clock.advance(timedelta(minutes=5))
    send(intake, key, alert("DiskFull", starts=clock()))
    settle(ledger)
    new, old = alerts(ledger)
    assert (old.state, old.closed_at) == (AlertState.RESOLVED, NOON + timedelta(minutes=5))
    assert old.ends_at == NOON + timedelta(minutes=4)
    assert (old.signals, new.state, new.signals) == (2, AlertState.FIRING, 1)


def test_all_of_it_in_one_body_comes_to_the_same(
    ledger: Ledger, key: str, intake: Intake, clock: SimulatedClock
) -> None:
    send(intake, key, alert("DiskFull"))
    clock.advance(timedelta(minutes=5))
    over = alert("DiskFull", ends=NOON + timedelta(minutes=4))
    send(intake, key, alert("DiskFull"), over, alert("DiskFull"), over, alert("DiskFull"))
    settle(ledger)
    assert [one.state for one in alerts(ledger)].count(AlertState.FIRING) == 1
    assert sorted(one.signals for one in alerts(ledger)) == [1, 2, 3]


def test_an_alert_expires_when_its_end_has_passed_and_not_while_it_is_heard(
    ledger: Ledger, key: str, intake: Intake, clock: SimulatedClock
) -> None:
    for name in ("Silent", "Heard"):
        send(intake, key, alert(name, ends=NOON + timedelta(minutes=5)))
    clock.advance(timedelta(minutes=4))
    send(intake, key, alert("Heard", ends=NOON + timedelta(minutes=9)))
    clock.advance(timedelta(minutes=2))
    settle(ledger)
    assert {one.title: one.state for one in alerts(ledger)} == {
        "Silent": AlertState.EXPIRED,
        "Heard": AlertState.FIRING,
    }
    send(intake, key, alert("Silent", ends=NOON + timedelta(minutes=20)))
    assert len(alerts(ledger)) == 3


def test_what_is_not_folded_yet_keeps_an_alert_from_expiring(
    ledger: Ledger, key: str, intake: Intake, clock: SimulatedClock
) -> None:
    send(intake, key, alert("Heard", ends=NOON + timedelta(minutes=5)))
    clock.advance(timedelta(minutes=4))
    send(intake, key, alert("Heard", ends=NOON + timedelta(minutes=9)))
    clock.advance(timedelta(minutes=2))
    with ledger.database.write() as looked:
        assert rows.expire(looked, clock(), 100) == 0


def test_what_a_person_closes_is_closed_at_once_and_fires_anew_when_said_again(
    ledger: Ledger, key: str, intake: Intake
) -> None:
    work = UnitOfWork(ledger, TOCSIN)
    send(intake, key, alert("DiskFull"))
    (first,) = alerts(ledger)
    closed = commands.close_alert(
        work, first.id, actionability=Actionability.FALSE_POSITIVE, reason="A test disk."
    )
    assert (closed.state, closed.actionability) == (AlertState.CLOSED, "false_positive")
    send(intake, key, alert("DiskFull"))
    settle(ledger)
    assert {(one.state, one.signals) for one in alerts(ledger)} == {
        (AlertState.FIRING, 1),
        (AlertState.CLOSED, 1),
    }
    (entry,) = commands.history(work, first.id)
    assert entry.kind == "alert.closed"


def test_an_alert_without_an_end_counts_as_over_after_five_minutes(
    ledger: Ledger, key: str, intake: Intake, clock: SimulatedClock
) -> None:
    assert send(intake, key, {"labels": {"alertname": "Bare", "empty": ""}}).status == 200
    (only,) = alerts(ledger)
    assert only.labels == {"alertname": "Bare"}
    assert only.ends_at == NOON + timedelta(minutes=5)
    clock.advance(timedelta(minutes=4))
    send(intake, key, {"labels": {"alertname": "Bare"}})
    clock.advance(timedelta(minutes=4))
    settle(ledger)
    assert alerts(ledger)[0].state is AlertState.FIRING


def test_an_instant_long_ago_is_kept_as_it_was_said(
    ledger: Ledger, key: str, intake: Intake
) -> None:
    long_ago = alert("Old") | {"startsAt": "0005-03-01T00:00:00Z"}
    assert send(intake, key, long_ago).status == 200
    assert alerts(ledger)[0].starts_at == datetime(5, 3, 1, tzinfo=UTC)


def test_of_a_post_with_a_bad_alert_the_good_ones_are_stored_and_the_reasons_told(
    ledger: Ledger, key: str, intake: Intake
) -> None:
    backwards = alert("Backwards", ends=NOON - timedelta(hours=1))
    told = send(intake, key, alert("Good"), {"labels": {"empty": ""}}, backwards, alert("Fine"))
    assert (told.status, told.headers["content-type"]) == (400, "application/json")
    assert told.json == "at least one label pair required; start time must be before end time"
    assert {one.title for one in alerts(ledger)} == {"Good", "Fine"}
    (letter,) = letters(ledger)
    assert letter.code == "partly_unreadable"


def test_pagerduty_triggers_acknowledges_and_resolves(ledger: Ledger, intake: Intake) -> None:
    routing_key = source(ledger, SourceKind.PAGERDUTY, "pd")
    assert len(routing_key) == 32

    def event(action: str) -> bytes:
        payload = {"summary": "Down", "source": "lb1", "severity": "critical"}
        said = {"routing_key": routing_key, "event_action": action, "dedup_key": "lb1"}
        return msgspec.json.encode(said | {"payload": payload})

    for action, expected in (
        ("trigger", AlertState.FIRING),
        ("acknowledge", AlertState.FIRING),
        ("resolve", AlertState.RESOLVED),
    ):
        told = post(intake, "/v2/enqueue", event(action))
        assert told.status == 202
        assert told.json == {
            "status": "success",
            "message": "Event processed",
            "dedup_key": "lb1",
        }
        (only,) = alerts(ledger)
        assert only.state is expected
    assert only.acknowledged_at == NOON
    assert [what for _, what in what_happened(ledger)] == [
        What.OPENED,
        What.ACKNOWLEDGED,
        What.OVER,
    ]
    unknown = post(intake, "/v2/enqueue", event("trigger").replace(routing_key.encode(), b"x" * 32))
    assert (unknown.status, unknown.json["status"]) == (400, "invalid event")


def test_a_change_event_is_kept_and_is_no_alert(ledger: Ledger, intake: Intake) -> None:
    routing_key = source(ledger, SourceKind.PAGERDUTY, "pd")
    said = {"routing_key": routing_key, "payload": {"summary": "Deployed 1.2", "source": "ci"}}
    told = post(intake, "/v2/change/enqueue", msgspec.json.encode(said))
    assert (told.status, told.json["message"]) == (202, "Change event processed")
    assert alerts(ledger) == []
    with ledger.read() as looked:
        (kept,) = rows.changes(looked, NOON - timedelta(hours=1), NOON + timedelta(hours=1))
    assert kept.title == "Deployed 1.2"


def test_after_a_restart_everything_is_known_again(ledger: Ledger, key: str) -> None:
    with taking(ledger) as before:
        send(before, key, alert("DiskFull"), alert("Slow"))
    with taking(ledger) as after:
        send(after, key, alert("DiskFull"), alert("Slow"), alert("New"))
        send(
            after,
            key,
            alert("DiskFull", ends=NOON - timedelta(seconds=1), starts=NOON - timedelta(hours=1)),
        )
    settle(ledger)
    assert {(one.title, one.state, one.signals) for one in alerts(ledger)} == {
        ("DiskFull", AlertState.RESOLVED, 3),
        ("Slow", AlertState.FIRING, 2),
        ("New", AlertState.FIRING, 1),
    }


def test_a_body_can_be_shown_to_have_been_received(
    ledger: Ledger, key: str, intake: Intake, clock: SimulatedClock
) -> None:
    bodies = [bodied(alert(f"A{number % 3}", summary=str(number))) for number in range(13)]
    for number, body in enumerate(bodies):
        assert post(intake, f"/am/{key}/api/v2/alerts", body).status == 200
        if number == 8:
            settle(ledger)
    settle(ledger)
    entries = [entry for entry in ledger.after(-1) if isinstance(entry.event, SignalsReceived)]
    assert [entry.event.count for entry in entries] == [9, 4]
    roots = {entry.seq: entry.event.root for entry in entries}
    for body in bodies:
        digest = sha256(body).digest()
        found_ = commands.prove_received(UnitOfWork(ledger, TOCSIN), digest, clock())
        assert leads_to(found_, digest).hex() == roots[found_.seq]
    assert leads_to(found_, sha256(b"never sent").digest()).hex() != roots[found_.seq]
    assert list(checking.lines(ledger, lambda *_: None)) == []


def test_the_body_that_opened_an_alert_is_kept_sealed_and_goes_with_its_key(
    ledger: Ledger, key: str, intake: Intake
) -> None:
    work = UnitOfWork(ledger, TOCSIN)
    body = bodied(alert("DiskFull"))
    post(intake, f"/am/{key}/api/v2/alerts", body)
    (only,) = alerts(ledger)
    assert commands.payload(work, only.id) == body
    with ledger.database.write() as changed:
        sealed = changed.execute(text("SELECT sealed FROM signal")).scalars().one()
        changed.execute(text("DELETE FROM signal_key"))
    assert b"DiskFull" not in bytes(sealed)
    with pytest.RaisesExc(Exception, match="not kept any more"):
        commands.payload(work, only.id)


def test_recordings_of_prometheus_are_recognised_without_being_read(shared: Path) -> None:
    recordings = sorted((shared / "captures/prometheus_direct_run2").glob("*.body.json"))
    assert recordings
    for file in recordings:
        body = file.read_bytes()
        pieces = received.take_apart(body)
        said = msgspec.json.decode(body)
        assert len(pieces) == len(said)
        size = sum(
            len(bytes(piece))
            for one in pieces
            for piece in (one.labels, one.annotations, one.starts_at, one.ends_at, one.link)
        )
        assert size + received.plain_bytes(len(pieces)) == len(body)
        for one, posted in zip(pieces, said, strict=True):
            signal = received.read(one, NOON)
            assert signal.labels == posted["labels"]
            assert signal.annotations == posted["annotations"]
