"""A storm through a real Alertmanager: one incident for its one cause, and the page says why."""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alertmanagers import alertmanager, asked
from peers.peers import Tocsin, eventually, must_be_here, single
from playwright.sync_api import Page, expect
from processes import until

pytestmark = pytest.mark.timeout(300)

SERVICES, ALERTS = 30, 300
OF_EACH_SERVICE = "group_by: [service], group_wait: 1s, group_interval: 1s"
TITLE = re.compile(r"Alert storm: \d+ alerts over \d+ services")
WHY = re.compile(
    r"A storm: \d+ alerts in \d+ groups at once. The rule opens at most 5 incidents a minute, "
    r"so all of them are in this one."
)
"""Of how many it is told when it begins, is for the real Alertmanager and the machine to say."""


def fires(service: str, instances: Sequence[int]) -> list[dict[str, Any]]:
    labels = {"alertname": "HighErrorRate", "service": service, "severity": "critical"}
    began = datetime.now(UTC).isoformat()
    return [
        {"labels": labels | {"instance": f"10.0.0.{number}"}, "startsAt": began}
        for number in instances
    ]


def storm() -> list[dict[str, Any]]:
    every = range(ALERTS)
    return [
        alert
        for number in range(SERVICES)
        for alert in fires(f"payments-{number}", every[number::SERVICES])
    ]


@pytest.mark.parametrize("until_it_is_over", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_three_hundred_alerts_over_thirty_services_are_one_incident_that_says_why(
    here: Tocsin, page: Page, tmp_path: Path, until_it_is_over: bool
) -> None:
    must_be_here()
    address = here.organisation.source("am", "alertmanager")
    with alertmanager(tmp_path, webhook=address, timing=OF_EACH_SERVICE) as peer:
        asked(f"{peer}/api/v2/alerts", method="POST", body=storm())
        eventually(lambda: joined(here) == ALERTS, "every alert is of an incident")
        (incident,) = here.incidents
        assert TITLE.fullmatch(incident["title"])
        says_why(page, here, incident["reference"])
        if until_it_is_over:
            later(here, peer, incident["reference"])


def joined(here: Tocsin) -> int:
    return sum(incident["alerts"] for incident in here.incidents)


def says_why(page: Page, here: Tocsin, reference: str) -> None:
    """The incident's own page, and the page of alerts."""
    page.goto(f"{here.url}/incidents/{reference}")
    expect(page.locator(".timeline")).to_contain_text(WHY)
    page.goto(f"{here.url}/alerts")
    expect(page.locator("#group")).to_contain_text("Why these are together")
    expect(page.locator("#group")).to_contain_text(WHY)
    expect(page.locator("#storm")).to_contain_text("300 alerts in 10 minutes, in 30 groups")


def later(here: Tocsin, peer: str, storm_reference: str) -> None:
    """What has nothing to do with the storm is an incident of its own, once that is over.

    The shipped rule has a storm go on for ten minutes after its last alert; here it is one.
    """
    over_at = time.monotonic() + 61
    here.rule(window_minutes=1)
    until(lambda: time.monotonic() > over_at, seconds=90)
    asked(f"{peer}/api/v2/alerts", method="POST", body=fires("ledger", [1]))
    other = eventually(lambda: single(beside(here, storm_reference)), "an incident of its own")
    assert (other["service"], other["alerts"]) == ("ledger", 1)
    asked(f"{peer}/api/v2/alerts", method="POST", body=fires("payments-3", [301]))
    eventually(lambda: joined(here) == ALERTS + 2, "the last alert is of an incident")
    assert here.incident(storm_reference)["alerts"] == ALERTS + 1


def beside(here: Tocsin, reference: str) -> list[Any]:
    return [incident for incident in here.incidents if incident["reference"] != reference]
