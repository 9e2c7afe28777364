"""The documented generic JSON becomes signals."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.features.alerts.port import Act, DeliveryUnreadable
from tocsin.integrations.generic.translation import translate

SAMPLES = Path(__file__).parents[1] / "samples"
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_one_object_is_one_alert() -> None:
    (signal,) = translate((SAMPLES / "one.json").read_bytes(), NOW).signals
    assert (signal.key, signal.act, signal.severity) == ("disk/db1", Act.FIRE, "critical")
    assert signal.service == "ledger-db"


def test_a_silence_can_name_what_is_known_of_it() -> None:
    (signal,) = translate((SAMPLES / "one.json").read_bytes(), NOW).signals
    assert signal.labels == {
        "alertname": "Disk full on db1",
        "severity": "Critical",
        "service": "ledger-db",
        "host": "db1",
    }


def test_several_are_read_one_by_one_and_a_misspelt_field_is_told() -> None:
    delivery = translate((SAMPLES / "several.json").read_bytes(), NOW)
    over, long = delivery.signals
    assert (over.act, over.ends_at) == (Act.RESOLVE, NOW)
    assert (long.act, long.starts_at) == (Act.FIRE, NOW)
    assert delivery.unreadable[0].index == 2


def test_without_a_key_the_same_words_are_the_same_alert() -> None:
    first = translate(b'{"title": "Queue is long", "service": "payouts"}', NOW).signals[0]
    again = translate(b'{"service": "payouts", "title": "Queue is long"}', NOW).signals[0]
    other = translate(b'{"title": "Queue is long", "service": "cards"}', NOW).signals[0]
    assert first.key == again.key != other.key


def test_a_title_of_which_nothing_is_to_be_seen_is_given_words() -> None:
    (signal,) = translate(b'{"title": "\\u200b\\u202e \\u0007"}', NOW).signals
    assert signal.title == "An alert without a name"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{}", "title"),
        (b'{"title": ""}', "title"),
        (b'{"title": "x", "status": "on fire"}', "status"),
        (b'{"title": "x", "starts_at": "2026-11-23T06:00:00"}', "starts_at"),
        (b'{"title": "x", "link": "javascript:1"}', "link"),
        (b'{"title": "x", "sevirity": "critical"}', "sevirity"),
        (b'{"alerts": []}', "alerts"),
        (b'"x"', "object"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(DeliveryUnreadable, match=reason):
        translate(body, NOW)
