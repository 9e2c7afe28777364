"""From alerts to incidents: one for each cause, said in words, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from monitors import World

from tocsin.access.policy import Permission
from tocsin.features.incidents import commands as incidents
from tocsin.features.silences import commands as silences
from tocsin.features.silences.lifecycle import Wish
from tocsin.features.silences.terms import Matcher, Op
from tocsin.features.triage import rows
from tocsin.features.triage.commands import rules
from tocsin.features.triage.commands.sweep import sweep
from tocsin.features.triage.terms import AlertRule
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.document import DocumentKind
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    clock = SimulatedClock(NOON)
    return World(found(database, keys.make(), clock, origin="test"), clock)


def test_a_storm_over_thirty_services_is_one_incident_that_says_why(world: World) -> None:
    for number in range(300):
        world.fire(f"service-{number % 30}")
    world.later(seconds=1)
    [storm] = world.incidents
    assert (storm.title, storm.alerts) == ("Alert storm: 300 alerts over 30 services", 300)
    first, second = world.why(storm.reference)
    assert "300 alerts in 30 groups at once" in first
    assert "at most 5 incidents a minute" in first
    assert "service service-0" in second
    assert "and 22 more, received at 12:00:00 UTC." in second


def test_a_burst_waits_until_it_is_complete(world: World) -> None:
    world.fire("a")
    world.later(milliseconds=900)
    assert world.incidents == []
    world.fire("a")
    world.later(milliseconds=900)
    assert world.incidents == []
    world.later(milliseconds=100)
    assert [row.alerts for row in world.incidents] == [2]


def test_a_storm_that_comes_in_over_seconds_is_judged_together(world: World) -> None:
    for number in range(30):
        world.fire(f"service-{number}")
        world.later(milliseconds=100)
        assert world.incidents == []
    world.later(seconds=1)
    assert [row.alerts for row in world.incidents] == [30]


def test_what_no_rule_takes_keeps_nothing_waiting(world: World) -> None:
    world.fire("a")
    world.later(milliseconds=900)
    world.fire("b", severity="warning")
    world.later(milliseconds=100)
    assert [row.title for row in world.incidents] == ["Down: a"]


def test_two_services_a_minute_apart_are_two_incidents(world: World) -> None:
    world.fire("a")
    world.later(seconds=1)
    world.fire("b")
    world.later(minutes=1)
    assert sorted(row.title for row in world.incidents) == ["Down: a", "Down: b"]
    assert [row.service for row in world.incidents] == ["a", "b"]


def test_the_same_service_again_joins_and_says_why(world: World) -> None:
    world.fire("a")
    world.later(seconds=1)
    world.fire("a")
    world.later(minutes=9)
    [row] = world.incidents
    assert row.alerts == 2
    assert world.why(row.reference)[-1] == (
        'alert.severity in ["critical", "page"] holds for 1 alert of service a, '
        "received at 12:00:01 UTC."
    )


def test_after_resolution_a_new_occurrence_is_a_new_incident(world: World) -> None:
    world.fire("a")
    world.later(seconds=1)
    world.resolve(world.incidents[0].reference)
    world.fire("a")
    world.later(seconds=2)
    assert sorted(row.phase for row in world.incidents) == ["reported", "resolved"]
    assert [row.alerts for row in world.incidents] == [1, 1]


def test_no_service_is_too_long_for_its_incident(world: World) -> None:
    """PostgreSQL indexes no more than 2,700 bytes, and says so only where they cannot be pressed."""
    service = "".join(map(chr, Random(4711).choices(range(0x4E00, 0x9FFF), k=9_000)))
    world.fire(service)
    world.fire("cards")
    world.later(seconds=1)
    assert {row.service for row in world.incidents} == {service[:200], "cards"}
    [long] = [row.reference for row in world.incidents if row.service != "cards"]
    assert f"of service {service[:200]}, received" in world.why(long)[-1]


def test_a_rule_may_reopen_what_was_resolved(world: World) -> None:
    rules.write_rule(world.ada, "again", AlertRule(condition="true", reopens=True))
    world.fire("a")
    world.later(seconds=1)
    world.resolve(world.incidents[0].reference)
    world.clock.advance(timedelta(minutes=5))
    world.fire("a")
    world.later(seconds=2)
    [row] = world.incidents
    assert (row.phase, row.reopened, row.alerts) == ("investigating", 1, 2)


def test_five_a_minute_are_opened_and_the_sixth_begins_a_storm(world: World) -> None:
    for number in range(7):
        world.fire(f"s{number}")
        world.later(seconds=2)
    titles = [row.title for row in world.incidents]
    assert sum(title.startswith("Down") for title in titles) == 5
    assert sum(title.startswith("Alert storm") for title in titles) == 1
    assert sum(row.alerts for row in world.incidents) == 7


def test_what_no_rule_takes_opens_nothing(world: World) -> None:
    world.fire("a", severity="warning")
    assert world.later(seconds=1) is False
    assert world.incidents == []


def test_a_late_fact_is_looked_at_again(world: World) -> None:
    alert = world.fire("a", severity="warning")
    world.later(seconds=1)
    world.tell(alert, "changed", severity="critical")
    world.later(seconds=1)
    [row] = world.incidents
    assert row.alerts == 1
    assert "asked again because the sender changed" in world.why(row.reference)[0]
    world.tell(alert, "changed", severity="page")
    world.later(seconds=1)
    assert [row.alerts for row in world.incidents] == [1]


def test_a_silenced_alert_opens_when_the_silence_ends_and_it_still_fires(world: World) -> None:
    matcher = Matcher(name="alertname", op=Op.EQUAL, value="Down")
    wish = Wish(
        matchers=(matcher,),
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=1),
        created_by="ada",
        comment="patching",
    )
    silences.make(world.ada, wish)
    world.fire("a")
    gone = world.fire("b")
    world.later(seconds=1)
    world.tell(gone, "over", state="resolved")
    world.later(minutes=59)
    assert world.incidents == []
    world.later(seconds=60)
    [row] = world.incidents
    assert row.title == "Down: a"
    assert "A silence held it back until now" in world.why(row.reference)[0]


def test_a_silence_counts_when_an_alert_is_judged_and_not_when_it_began(world: World) -> None:
    matcher = Matcher(name="alertname", op=Op.EQUAL, value="Down")
    ends = NOON + timedelta(minutes=1)
    wish = Wish(
        matchers=(matcher,), starts_at=NOON, ends_at=ends, created_by="ada", comment="patching"
    )
    silences.make(world.ada, wish)
    world.clock.advance(timedelta(minutes=2))
    world.fire("a", starts_at=NOON)
    world.later(seconds=1)
    assert [row.title for row in world.incidents] == ["Down: a"]


def test_a_rule_that_cannot_be_read_any_more_stops_no_other(world: World) -> None:
    broken = AlertRule(condition="alert.gone == 1", order=1)
    with world.ada.change(Permission.MANAGE_SETTINGS) as change:
        kind = DocumentKind(rows.RULES.name, AlertRule)
        kind.write(change.change, "broken", broken)
    rules.write_rule(world.ada, "all", AlertRule(condition="true"))
    world.fire("a")
    world.later(seconds=1)
    assert [row.alerts for row in world.incidents] == [1]
    trouble = rules.rules(world.ada)[0].trouble
    assert trouble is not None
    assert "there is no alert.gone" in trouble.what


def test_the_sender_acknowledges_what_nobody_has_in_hand(world: World) -> None:
    alert = world.fire("a")
    world.tell(alert, "acknowledged")
    world.later(seconds=1)
    [row] = world.incidents
    shown_incident = incidents.one(world.ada, row.reference).incident
    assert (row.phase, shown_incident.acknowledged_by) == ("investigating", "s1")


def test_alerts_that_are_over_open_nothing_more(world: World) -> None:
    alert = world.fire("a")
    world.later(seconds=1)
    world.tell(alert, "over", state="resolved")
    world.later(seconds=1)
    assert [row.phase for row in world.incidents] == ["reported"]


def test_a_label_that_is_missing_is_no_match_and_is_shown(world: World) -> None:
    rules.write_rule(world.ada, "eu", AlertRule(condition='alert.labels.zone == "eu"'))
    world.fire("a")
    world.later(seconds=1)
    [rule] = rules.rules(world.ada)
    assert world.incidents == []
    assert rule.trouble is not None
    assert (rule.trouble.what, rule.trouble.times) == ("the alert has no “zone”", 1)


def test_several_rules_are_asked_in_order(world: World) -> None:
    sea = AlertRule(condition="true", order=200, severity=4, group_by=("team",))
    rules.write_rule(world.ada, "rest", sea)
    worst = AlertRule(condition='alert.service == "a"', severity_by_word={"critical": 1})
    rules.write_rule(world.ada, "worst", worst)
    world.fire("a", team="pay")
    world.fire("b", team="pay")
    world.fire("c", team="pay")
    world.later(seconds=1)
    assert [(row.severity, row.alerts) for row in world.incidents] == [(1, 1), (4, 2)]


def test_a_rule_is_written_retired_and_tried(world: World) -> None:
    world.fire("a")
    world.clock.advance(timedelta(milliseconds=1))
    world.fire("b", severity="warning")
    tried = rules.try_rule(world.ada, AlertRule(condition='alert.severity == "warning"'))
    assert [one.group for one in tried] == ["service b", None]
    rules.write_rule(world.ada, "none", AlertRule(condition="false"))
    assert [rule.name for rule in rules.rules(world.ada)] == ["none"]
    rules.retire_rule(world.ada, "none")
    assert [(rule.name, rule.is_shipped) for rule in rules.rules(world.ada)] == [("default", True)]


@pytest.mark.parametrize(
    "rule",
    [
        AlertRule(condition="alert.sevrity == 1"),
        AlertRule(condition="true", severity=5),
        AlertRule(condition="true", severity_by_word={"page": 0}),
        AlertRule(condition="true", window_minutes=0),
        AlertRule(condition="true", most_per_minute=0),
        AlertRule(condition="true", title="{{nobody}}"),
        AlertRule(condition="true", group_by=("service + ?",)),
    ],
)
def test_a_rule_that_cannot_work_is_not_written(world: World, rule: AlertRule) -> None:
    with pytest.raises(Refused) as refused:
        rules.write_rule(world.ada, "bad", rule)
    assert refused.value.code == "bad_rule"


def test_two_processes_never_open_twice(world: World) -> None:
    for number in range(60):
        world.fire(f"s{number % 3}")
    world.clock.advance(timedelta(seconds=1))
    ledger = world.ledger
    other = Ledger(Database(ledger.database.url), ledger.keys, world.clock)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sweep, [ledger, other] * 4))
    other.database.close()
    assert [row.alerts for row in world.incidents] == [20, 20, 20]


def test_the_way_from_alert_to_incident_is_measured(world: World) -> None:
    with world.ledger.read() as connection:
        assert rows.latency(connection, world.clock()) is None
    for number in range(3):
        world.fire(f"s{number}")
        world.later(seconds=2 + number)
    with world.ledger.read() as connection:
        measured = rows.latency(connection, world.clock())
    assert measured is not None
    assert (measured.count, measured.p50_seconds, measured.worst_seconds) == (3, 3.0, 4.0)
