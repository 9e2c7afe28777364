"""What a real Alertmanager sent becomes signals. The recordings are in `samples`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.features.alerts.port import Act, DeliveryUnreadable
from tocsin.integrations.alertmanager.fingerprint import fingerprint
from tocsin.integrations.alertmanager.webhook import translate

SAMPLES = Path(__file__).parents[1] / "samples"
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_our_fingerprint_is_the_one_that_alertmanager_computes() -> None:
    for name in sorted(path.name for path in SAMPLES.glob("run2_*.json")):
        for alert in json.loads(sample(name))["alerts"]:
            assert fingerprint(alert["labels"]) == alert["fingerprint"]
    for alert in json.loads(sample("api_v2_alerts.json")):
        assert fingerprint(alert["labels"]) == alert["fingerprint"]


def test_every_recorded_webhook_is_read_without_a_remainder(shared: Path) -> None:
    recorded = [
        *(shared / "captures/alertmanager/run1_http").glob("*_POST_webhook*.body.json"),
        *(shared / "captures/alertmanager/run2_http").glob("*_POST_webhook*.body.json"),
    ]
    assert recorded
    for path in recorded:
        message = json.loads(path.read_bytes())
        delivery = translate(path.read_bytes(), NOW)
        assert len(delivery.signals) == len(message["alerts"])
        assert delivery.unreadable == ()
        assert delivery.left_out == message["truncatedAlerts"]


def test_a_firing_alert_is_read_with_its_words_its_service_and_its_group() -> None:
    (signal,) = translate(sample("run2_002.json"), NOW).signals
    assert signal.key == "86ad01836f44329c"
    assert signal.title == "Error rate 20% on web — « café » 日本"
    assert (signal.act, signal.severity, signal.service) == (Act.FIRE, "warning", "web")
    assert (signal.team, signal.ends_at) == ("web", None)
    assert signal.starts_at == datetime(2026, 11, 23, 6, 34, 42, 548000, tzinfo=UTC)
    assert signal.group_key == '{}:{alertname="HighErrorRate", service="web"}'
    assert signal.link == "http://vm:19090/graph?g0.expr=error_rate+%3E+0.05&g0.tab=1"


def test_a_group_that_fires_may_hold_alerts_that_are_over() -> None:
    signals = translate(sample("run2_019.json"), NOW).signals
    assert {signal.act for signal in signals} == {Act.FIRE, Act.RESOLVE}
    assert all(signal.ends_at for signal in signals if signal.act is Act.RESOLVE)


def test_the_same_labels_that_fire_again_are_the_same_key_with_a_new_start() -> None:
    first = {signal.key: signal for signal in translate(sample("run2_019.json"), NOW).signals}
    again = {signal.key: signal for signal in translate(sample("run2_044.json"), NOW).signals}
    both = first.keys() & again.keys()
    assert both
    assert all(first[key].starts_at < again[key].starts_at for key in both)


def test_what_alertmanager_left_out_is_told() -> None:
    assert translate(sample("run2_015_max1.json"), NOW).left_out == 1


def test_one_alert_that_cannot_be_read_does_not_hide_the_others() -> None:
    message = json.loads(sample("run2_002.json"))
    message["alerts"] = [{"status": "firing", "labels": {"a": 1}}, *message["alerts"]]
    delivery = translate(json.dumps(message).encode(), NOW)
    assert len(delivery.signals) == 1
    assert [one.index for one in delivery.unreadable] == [0]
    assert "labels" in delivery.unreadable[0].reason


def test_a_label_without_a_value_is_no_label() -> None:
    body = sample("run2_002.json").replace(b'"labels":{', b'"labels":{"empty":"",', 1)
    (signal,) = translate(body, NOW).signals
    assert signal.key == "86ad01836f44329c"


def test_a_link_that_is_not_for_browsers_is_left_out() -> None:
    body = sample("run2_002.json").replace(b"http://vm:19090/graph", b"javascript:alert(1)//")
    assert translate(body, NOW).signals[0].link is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff{}", "not valid UTF-8"),
        (b'{"version":"4","alerts":[NaN]}', "NaN"),
        (b'{"version":"4","version":"4","alerts":[]}', "twice"),
        (b'{"version":"4","alerts":[],"x":"\\ud800"}', "surrogate"),
        (b'{"version":"4","alerts":[],"x":"\\u0000"}', "NUL"),
        (b'{"version":"4","alerts":[],"x":' + b"[" * 70 + b"]" * 70 + b"}", "levels"),
        (b"[" * 100_000, "levels"),
        (b'{"version":"3","alerts":[]}', "version"),
        (b'{"version":"4","alerts":{}}', "alerts"),
        (b"[]", "object"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(DeliveryUnreadable, match=reason):
        translate(body, NOW)
