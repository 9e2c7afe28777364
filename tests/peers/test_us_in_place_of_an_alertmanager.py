"""Prometheus and amtool, unchanged, take us for their Alertmanager."""

from datetime import datetime
from pathlib import Path

import pytest
from peers.peers import (
    Exporter,
    Tocsin,
    amtool,
    eventually,
    listed,
    must_be_here,
    prometheus,
    single,
)

pytestmark = pytest.mark.timeout(300)

OWN, WEB = "alertname=HighErrorRate", "instance=~web-."
SAID = ("--author=ops", "--comment=CHG-1", "--duration=1h")
LABELS = {"alertname": "DiskFull", "service": "db", "severity": "critical", "instance": "db-1"}
DISK = [f"{name}={value}" for name, value in LABELS.items()]
SLOW = ("alertname=Slow", "severity=critical")


@pytest.fixture(scope="module")
def here(shared_here: Tocsin) -> Tocsin:
    return shared_here


@pytest.fixture(scope="module")
def address(here: Tocsin) -> str:
    """Where Prometheus is told to send; the key is in the path, for want of a header."""
    must_be_here()
    return here.organisation.source("prom", "prometheus")


def services(address: str, *words: str) -> list[str]:
    """The services of the alerts that amtool lists."""
    return sorted(alert["labels"]["service"] for alert in listed(address, "alert", "query", *words))


def by_password(address: str) -> str:
    """The same without the key in the path: it is the password of HTTP's basic way to say who one is."""
    server, _, key = address.partition("/am/")
    return server.replace("//", f"//anybody:{key}@")


def states(here: Tocsin) -> dict[str, str]:
    """The alerts of Prometheus."""
    every = here.alerts("state=firing&state=resolved&state=expired&state=closed")
    own = [alert for alert in every if alert["labels"]["alertname"] == "HighErrorRate"]
    return {alert["labels"]["instance"]: alert["state"] for alert in own}


def test_alerts_of_prometheus_arrive_are_over_when_it_says_so_and_expire_when_it_is_gone(
    here: Tocsin, service: Exporter, address: str, tmp_path: Path
) -> None:
    with prometheus(tmp_path, service.target, address, resends="3s"):
        service.errors |= {"cards-1": 0.4, "loans-1": 0.2}
        both = {"cards-1": "firing", "loans-1": "firing"}
        eventually(lambda: states(here) == both, "both fire")
        eventually(lambda: single(here.incidents_of("cards")), "it has an incident")
        eventually(lambda: single(here.incidents_of("loans")), "it has an incident")
        assert services(address, OWN) == ["cards", "loans"]
        assert services(address, "service=cards", "severity=critical") == ["cards"]
        assert services(address, "instance=~loans-.") == ["loans"]
        assert services(address, OWN, "severity!=critical") == []
        service.errors["cards-1"] = 0.0
        eventually(lambda: states(here)["cards-1"] == "resolved", "Prometheus says that it is over")
        assert services(address, OWN) == ["loans"]
    eventually(lambda: states(here)["loans-1"] == "expired", "nobody says that it goes on")
    assert services(address, OWN) == []


def test_amtool_adds_finds_updates_and_ends_a_silence(address: str) -> None:
    amtool(address, "alert", "add", *SLOW, "service=web", "instance=web-1")
    assert services(address, WEB) == services(by_password(address), WEB) == ["web"]
    made = amtool(address, "silence", "add", WEB, *SAID).strip()
    assert services(address, WEB) == []
    assert services(address, WEB, "--silenced") == ["web"]
    (silence,) = listed(address, "silence", "query", WEB)
    assert (silence["id"], silence["createdBy"], silence["comment"]) == (made, "ops", "CHG-1")
    amtool(address, "silence", "update", "--duration=5h", "--comment=CHG-2", made)
    (longer,) = listed(address, "silence", "query", WEB)
    assert (longer["id"], longer["comment"]) == (made, "CHG-2")
    assert datetime.fromisoformat(longer["endsAt"]) > datetime.fromisoformat(silence["endsAt"])
    amtool(address, "silence", "expire", made)
    assert listed(address, "silence", "query", WEB) == []
    assert [it["id"] for it in listed(address, "silence", "query", WEB, "--expired")] == [made]
    assert services(address, WEB) == ["web"]


def test_what_amtool_adds_is_an_alert_and_opens_an_incident(here: Tocsin, address: str) -> None:
    amtool(address, "alert", "add", *DISK, "--annotation=summary=The disk of db-1 is full")
    incident = eventually(lambda: single(here.incidents_of("db")), "an incident")
    assert incident["title"] == "The disk of db-1 is full"
    (alert,) = here.alerts_of(incident["reference"])
    assert alert["labels"] == LABELS


def test_what_is_silenced_with_amtool_opens_no_incident_until_that_ends(
    here: Tocsin, address: str
) -> None:
    made = amtool(address, "silence", "add", "service=mail", *SAID).strip()
    amtool(address, "alert", "add", *SLOW, "service=mail")
    amtool(address, "alert", "add", *SLOW, "service=chat")
    eventually(lambda: single(here.incidents_of("chat")), "what is not silenced has an incident")
    assert here.incidents_of("mail") == []
    amtool(address, "silence", "expire", made)
    eventually(lambda: single(here.incidents_of("mail")), "it is heard again")
