"""PagerDuty's own clients, unchanged but for the address, trigger, acknowledge and resolve here."""

import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pagerduty
import pytest
from encrypted import encrypted
from peers.peers import Tocsin, eventually, single

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says at once that it is deprecated; many still use it
    import pdpyras

pytestmark = pytest.mark.timeout(300)

LINKS = [{"href": "https://ci.example.com/7", "text": "Build 7"}]
PAYLOAD = {"group": "storage", "class": "disk"}


@dataclass
class Sender:
    """A client for alerts and one for changes, with a routing key of ours."""

    name: str
    events: Any
    changes: Any

    def trigger(self, service: str, key: str | None = None) -> str:
        payload = PAYLOAD | {"component": service}
        said = {"severity": "critical", "custom_details": {"free": "3%"}, "payload": payload}
        answer: str = self.events.trigger("Disk full on db1", "db1", dedup_key=key, **said)
        return answer


@contextmanager
def of_pagerduty(key: str, url: str) -> Generator[Sender]:
    """Its client of today, which insists on TLS."""
    with pagerduty.EventsApiV2Client(key, base_url=url) as client:
        yield Sender("pagerduty", client, client)


@contextmanager
def of_pdpyras(key: str, url: str) -> Generator[Sender]:
    """Its client of before."""
    with pdpyras.EventsAPISession(key) as events, pdpyras.ChangeEventsAPISession(key) as changes:
        events.url = changes.url = url
        yield Sender("pdpyras", events, changes)


@pytest.fixture(scope="module", params=["pagerduty", "pdpyras"])
def sender(
    request: pytest.FixtureRequest, shared_here: Tocsin, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Sender]:
    key = shared_here.organisation.source(request.param, "pagerduty")
    with ExitStack() as stack:
        if request.param == "pdpyras":
            yield stack.enter_context(of_pdpyras(key, shared_here.url))
            return
        relay = encrypted(tmp_path_factory.mktemp("certificate"), shared_here.url)
        url, certificate = stack.enter_context(relay)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("SSL_CERT_FILE", str(certificate))
        yield stack.enter_context(of_pagerduty(key, url))


@pytest.fixture
def here(shared_here: Tocsin) -> Tocsin:
    return shared_here


@pytest.fixture
def own() -> str:
    """A service of this test's own."""
    return f"db-{uuid4().hex}"


def alerts_of(here: Tocsin, service: str) -> list[Any]:
    every = here.alerts(f"service={service}&state=firing&state=resolved&state=expired")
    return [(alert["key"], alert["state"]) for alert in every]


def test_trigger_again_acknowledge_resolve_and_trigger_anew(
    here: Tocsin, sender: Sender, own: str
) -> None:
    key = f"{own}/disk"
    assert sender.trigger(own, key) == key
    reference = eventually(lambda: single(here.incidents_of(own)), "an incident")["reference"]
    assert sender.trigger(own, key) == key
    (alert,) = here.alerts(f"service={own}")
    eventually(lambda: here.alert(alert["id"])["signals"] == 2, "heard twice")
    assert (alert["key"], alert["annotations"]) == (key, {"free": "3%"})
    assert sender.events.acknowledge(key) == key
    eventually(lambda: here.incident(reference)["phase"] == "investigating", "acknowledged")
    assert here.incident(reference)["acknowledged_by"]["name"] == sender.name
    assert here.alert(alert["id"])["acknowledged_at"]
    assert sender.events.resolve(key) == key
    eventually(lambda: here.alert(alert["id"])["state"] == "resolved", "it is over")
    sender.trigger(own, key)
    eventually(lambda: len(here.alerts_of(reference)) == 2, "both are of the one incident")
    assert alerts_of(here, own) == [(key, "firing"), (key, "resolved")]
    assert single(here.incidents_of(own))["reference"] == reference


def test_a_trigger_without_a_key_is_an_alert_of_its_own(
    here: Tocsin, sender: Sender, own: str
) -> None:
    keys = {sender.trigger(own), sender.trigger(own)}
    assert len(keys) == 2
    assert {key for key, _ in alerts_of(here, own)} == keys


def test_a_change_is_taken_and_is_no_alert(here: Tocsin, sender: Sender, own: str) -> None:
    at = datetime.now(UTC).isoformat()  # pagerduty 7.2 fails where it has to find out itself
    sender.changes.submit(f"Build of {own}", source=own, links=LINKS, timestamp=at)
    key = sender.trigger(own)
    assert [alert["key"] for alert in here.alerts(f"q={own}")] == [key]
    assert here.client.get("/api/v1/dead-letters")["items"] == []
