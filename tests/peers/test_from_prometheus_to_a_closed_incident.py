"""The main job beside the real things: Prometheus, Alertmanager, a browser, an auditor's verifier."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alertmanagers import alertmanager
from databases import free_port
from peers.peers import (
    Exporter,
    Tocsin,
    amtool,
    eventually,
    exporter,
    listed,
    must_be_here,
    prometheus,
    single,
)
from playwright.sync_api import Page, expect
from processes import Organisation, until

VERIFY = str(Path(sys.executable).parent / "tocsin-verify")
pytestmark = pytest.mark.timeout(300)
HAND = ("--author=mallory", "--comment=not now", "--duration=2h")


@dataclass
class Monitored:
    """Prometheus watches a service and tells an Alertmanager, which tells Tocsin."""

    here: Tocsin
    service: Exporter
    peer: str

    def fail(self, *instances: str) -> Any:
        """Instances of one service fail; gives the incident that follows, with all their alerts."""
        self.service.errors |= dict.fromkeys(instances, 0.4)
        of = instances[0].partition("-")[0]
        incident = eventually(lambda: single(self.here.incidents_of(of)), "no incident")
        reference = incident["reference"]
        eventually(
            lambda: len(self.here.alerts_of(reference)) == len(instances), "an alert is missing"
        )
        return self.here.incident(reference)

    def silences(self, service: str) -> list[Any]:
        """The silences of a service that are active at the Alertmanager, as its own tool lists them."""
        return listed(self.peer, "silence", "query", f"service={service}")


@pytest.fixture(scope="module")
def here(shared_here: Tocsin) -> Tocsin:
    return shared_here


@pytest.fixture(scope="module")
def monitored(here: Tocsin, tmp_path_factory: pytest.TempPathFactory) -> Generator[Monitored]:
    """Real monitors for all tests here: each keeps to a service of its own."""
    must_be_here()
    with (
        exporter() as service,
        watching(here, service, tmp_path_factory.mktemp("monitors")) as running,
    ):
        yield running


@contextmanager
def watching(here: Tocsin, service: Exporter, folder: Path) -> Generator[Monitored]:
    port = free_port()
    peer = f"http://127.0.0.1:{port}"
    address = here.organisation.source("am1", "alertmanager", peer_url=peer)
    with (
        alertmanager(folder, webhook=address, port=port),
        prometheus(folder, service.target, peer),
    ):
        yield Monitored(here, service, peer)


def test_from_a_real_prometheus_to_a_closed_incident(
    monitored: Monitored, page: Page, tmp_path: Path
) -> None:
    incident = monitored.fail("visa-1", "visa-2")
    assert (incident["phase"], incident["service"], incident["severity"]) == (
        "reported",
        "visa",
        2,
    )
    shows_the_alerts(page, monitored.here, incident["reference"])
    acknowledge(page)
    it_is_silent_with_an_end(monitored, incident["reference"])
    recovers(monitored, incident["reference"])
    resolve_and_close(page)
    eventually(lambda: monitored.silences("visa") == [], "the silences are lifted")
    shown = monitored.here.incident(incident["reference"])
    assert (shown["phase"], shown["actionability"]) == ("closed", "real")
    assert [period["ended"] is None for period in shown["impacts"]] == [False]
    is_sound(monitored.here.organisation, tmp_path / "bundle.zip")


def shows_the_alerts(page: Page, here: Tocsin, reference: str) -> None:
    """The incident stands on the list, and its page has its alerts."""
    page.goto(f"{here.url}/incidents")
    row = page.locator(f'[data-key="{reference}"]')
    expect(row).to_contain_text("2 alerts")
    row.locator("a.title").click()
    page.get_by_role("link", name="Alerts 2").click()
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(2)
    for name in ("visa-1", "visa-2"):
        expect(rows.filter(has_text=f"{name} refuses 40%")).to_contain_text("Firing")
    expect(rows.first).to_contain_text("am1")


def acknowledge(page: Page) -> None:
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator("[aria-current=step] b")).to_have_text("Investigating")


def it_is_silent_with_an_end(monitored: Monitored, reference: str) -> None:
    eventually(lambda: len(monitored.silences("visa")) == 2, "each label set is silent there")
    for silence in monitored.silences("visa"):
        assert silence["createdBy"] == "Tocsin"
        assert reference in silence["comment"]
        ends = datetime.fromisoformat(silence["endsAt"])
        assert timedelta(hours=3) < ends - datetime.now(UTC) < timedelta(hours=5)
    assert listed(monitored.peer, "alert", "query", "service=visa") == []


def recovers(monitored: Monitored, reference: str) -> None:
    """The Alertmanager tells nobody that a silenced alert is over; its alerts are over here anyway."""
    monitored.service.errors |= {"visa-1": 0.0, "visa-2": 0.0}
    alerts = monitored.here.alerts_of
    eventually(
        lambda: {alert["state"] for alert in alerts(reference)} == {"resolved"}, "still firing"
    )


def resolve_and_close(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("0 still firing")).to_be_visible()
    page.get_by_role("button", name="Resolve", exact=True).click()
    page.get_by_role("button", name="Advance to Resolved").click()
    expect(page.locator("[aria-current=step] b")).to_have_text("Resolved")
    page.get_by_role("button", name="Advance to Closed").first.click()
    page.locator("#closure").get_by_role("button", name="Advance to Closed").click()
    expect(page.locator("[aria-current=step] b")).to_have_text("Closed")


def is_sound(organisation: Organisation, bundle: Path) -> None:
    """Here, and for an auditor who has only the bundle and the key."""
    assert organisation.run("ledger", "verify").startswith("Sound")
    organisation.run("ledger", "export", str(bundle))
    key = organisation.run("ledger", "key").strip()
    asked = [VERIFY, str(bundle), "--key", key]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout[:6]) == (0, "Sound:"), told.stdout + told.stderr


def test_a_silence_made_and_ended_there_is_shown_here_with_its_author(
    monitored: Monitored, page: Page
) -> None:
    incident = monitored.fail("giro-1")
    (alert,) = monitored.here.alerts_of(incident["reference"])
    page.goto(f"{monitored.here.url}/alerts/{alert['id']}")
    shown = page.locator("section", has=page.get_by_role("heading", name="Silences"))
    expect(shown).to_contain_text("No silence holds over it.")
    made = amtool(monitored.peer, "silence", "add", "service=giro", *HAND).strip()
    shows(page, "at am1, by mallory, until")
    expect(page.locator("#alert")).to_contain_text("not now")
    amtool(monitored.peer, "silence", "expire", made)
    shows(page, "No silence holds over it.")


def test_ours_that_somebody_ends_there_is_shown_as_drift(monitored: Monitored, page: Page) -> None:
    reference = monitored.fail("loro-1")["reference"]
    page.goto(f"{monitored.here.url}/incidents")
    page.locator(f'[data-key="{reference}"] a.title').click()
    acknowledge(page)
    ours = eventually(lambda: single(monitored.silences("loro")), "it is silent there")
    (alert,) = monitored.here.alerts_of(reference)
    page.goto(f"{monitored.here.url}/alerts/{alert['id']}")
    shows(page, "at am1, by Tocsin, until")
    amtool(monitored.peer, "silence", "expire", ours["id"])
    shows(page, "Drift: ended there")
    assert monitored.silences("loro") == []


def shows(page: Page, words: str) -> None:
    """Whoever reloads the page sees it within half a minute."""

    def is_shown() -> bool:
        page.reload()
        return words in page.locator("#alert").inner_text()

    until(is_shown, seconds=30, why=f"the page does not say: {words}")
