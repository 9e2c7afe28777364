"""Three hundred alerts over thirty services, sent to Debian's Alertmanager: one incident, and why."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alertmanagers import ALERTMANAGER, MISSING, alertmanager, asked
from monitors import World
from processes import until
from serving import served
from taking import actor_of_token

from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.intake import Intake
from tocsin.features.alerts.rows import firing_count
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.triage.commands.sweep import sweep
from tocsin.foundation.clock import SimulatedClock, system_clock
from tocsin.integrations.dialects import DIALECTS
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

SERVICES, ALERTS = 30, 300
EACH_SERVICE = "group_by: [service], group_wait: 1s, group_interval: 1m"


@contextmanager
def listening(ledger: Ledger) -> Generator[str]:
    """The intake on a port of its own."""
    intake = Intake(ledger, DIALECTS, actor_of_token)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await intake(scope, receive, send)
            return
        await receive()
        await intake.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await intake.stop()
        await send({"type": "lifespan.shutdown.complete"})

    with served(app) as address:
        yield address


def storm() -> list[dict[str, Any]]:
    now = datetime.now(UTC).isoformat()
    return [
        {
            "labels": {
                "alertname": "HighErrorRate",
                "service": f"payments-{number % SERVICES}",
                "instance": f"10.0.0.{number}",
                "severity": "critical",
            },
            "startsAt": now,
        }
        for number in range(ALERTS)
    ]


@pytest.mark.skipif(not ALERTMANAGER.exists(), reason=MISSING)
def test_a_storm_over_thirty_services_is_one_incident_that_says_why(
    database: Database, tmp_path: Path
) -> None:
    ledger = found(database, keys.make(), system_clock, origin="test")
    world = World(ledger, SimulatedClock(system_clock()))
    _, key = alerts.create_source(world.ada, name="am", kind=SourceKind.ALERTMANAGER)

    def all_arrived() -> bool:
        with ledger.read() as connection:
            return firing_count(connection) == ALERTS

    def all_joined() -> bool:
        sweep(ledger)
        return sum(row.alerts for row in world.incidents) == ALERTS

    with (
        listening(ledger) as here,
        alertmanager(tmp_path, webhook=f"{here}/intake/{key}", timing=EACH_SERVICE) as peer,
    ):
        asked(f"{peer}/api/v2/alerts", method="POST", body=storm())
        until(all_arrived, "every alert has arrived")
        until(all_joined, "every alert is part of an incident")
    [incident] = world.incidents
    first, *_ = world.why(incident.reference)
    assert incident.title.startswith("Alert storm: ")
    assert "The rule opens at most 5 incidents a minute" in first
