"""What PagerDuty's own clients and Alertmanager send becomes signals."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.features.alerts.port import Act, DeliveryUnreadable, Signal
from tocsin.integrations.pagerduty import answers
from tocsin.integrations.pagerduty.translation import alerting, changing, routing_key

SAMPLES = Path(__file__).parents[1] / "samples"
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
TRIGGER: dict[str, Any] = {
    "routing_key": "k",
    "event_action": "trigger",
    "payload": {"summary": "Down", "source": "web1", "severity": "error"},
}

translate = alerting(lambda _: "fresh")


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def one(body: bytes) -> Signal:
    (signal,) = translate(body, NOW).signals
    return signal


@pytest.mark.parametrize("name", ["pagerduty_001", "pdpyras_001"])
def test_a_trigger_without_a_key_gets_a_fresh_one(name: str) -> None:
    assert one(sample(name)).key == "fresh"


def test_a_trigger_is_read_with_all_that_it_says() -> None:
    signal = one(sample("pagerduty_002"))
    assert (signal.key, signal.act, signal.severity) == ("disk/db1", Act.FIRE, "critical")
    assert (signal.title, signal.service, signal.group_key) == ("Disk full on db1", "disk", "prod")
    assert signal.labels["source"] == "db1.example.org"
    assert signal.labels["class"] == "disk"


def test_details_and_links_are_kept() -> None:
    signal = one(sample("pagerduty_001"))
    assert signal.annotations == {"free": "3%", "mount": "/var"}
    assert signal.link == "https://rb"


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("pagerduty_003", Act.ACKNOWLEDGE),
        ("pagerduty_004", Act.RESOLVE),
        ("pdpyras_002", Act.ACKNOWLEDGE),
        ("pdpyras_003", Act.RESOLVE),
    ],
)
def test_acknowledging_and_resolving_need_only_the_key(name: str, act: Act) -> None:
    signal = one(sample(name))
    assert (signal.act, signal.key) == (act, "dk1" if name.startswith("pdpyras") else "disk/db1")


def test_alertmanager_may_take_us_for_pagerduty() -> None:
    signal = one(sample("alertmanager_001"))
    assert (signal.service, signal.severity) == ("web", "warning")
    assert signal.link == "http://vm:19093/#/alerts?receiver=all"
    assert routing_key(sample("alertmanager_001")) == "0123456789abcdef0123456789abcdef"


def test_a_summary_that_is_too_long_is_cut_and_not_refused() -> None:
    long = TRIGGER | {"payload": TRIGGER["payload"] | {"summary": "x" * 5000}}
    assert len(one(json.dumps(long).encode()).title) == 1024


def test_an_instant_without_a_zone_is_utc() -> None:
    said = TRIGGER | {"payload": TRIGGER["payload"] | {"timestamp": "2026-11-23T08:00:00"}}
    assert one(json.dumps(said).encode()).starts_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"routing_key": ""}, "routing_key"),
        ({"event_action": "shout"}, "event_action"),
        ({"dedup_key": "x" * 256}, "dedup_key"),
        ({"payload": None}, "payload"),
        ({"payload": {"summary": "x", "source": "y", "severity": "bad"}}, "severity"),
        ({"payload": {"summary": "x", "severity": "info"}}, "source"),
        ({"event_action": "resolve"}, "dedup_key"),
    ],
)
def test_what_is_not_an_event_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(DeliveryUnreadable, match=reason) as refused:
        one(json.dumps(TRIGGER | change).encode())
    answer = json.loads(answers.refused(str(refused.value)))
    assert answer["status"] == "invalid event"
    assert reason in answer["errors"][0]


def test_the_answer_tells_the_key() -> None:
    answer = json.loads(answers.accepted(translate(sample("pagerduty_001"), NOW)))
    expected = {"status": "success", "message": "Event processed", "dedup_key": "fresh"}
    assert answer == expected


def test_a_change_is_read_with_its_words_and_has_no_severity() -> None:
    body = {"routing_key": "k", "payload": {"summary": "Build 7 deployed", "source": "ci"}}
    (signal,) = changing(lambda _: "fresh")(json.dumps(body).encode(), NOW).signals
    assert (signal.severity, signal.title) == (None, "Build 7 deployed")
    assert signal.labels["source"] == "ci"
