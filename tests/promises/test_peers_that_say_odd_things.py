"""What an Alertmanager says of its silences is its affair: it stops neither us nor what others say."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from alertmanagers import add_alert

from tocsin.access.policy import TOCSIN, Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.mirroring import rows
from tocsin.features.mirroring.commands.watching import watch
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LABELS = {"alertname": "A", "service": "web"}
LONG = "|".join(f"host-{number:05}" for number in range(1000))


def silence(**changed: Any) -> dict[str, Any]:
    return {
        "id": "s1",
        "status": {"state": "active"},
        "matchers": [{"name": "service", "value": "web", "isRegex": False}],
        "startsAt": "2026-11-24T11:00:00Z",
        "endsAt": "2026-11-24T14:00:00Z",
        "createdBy": "mallory",
        "comment": "not now",
    } | changed


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), SimulatedClock(NOON), origin="test")


def source(ledger: Ledger, name: str) -> str:
    work, kind = UnitOfWork(ledger, TOCSIN), SourceKind.ALERTMANAGER
    return alerts.create_source(work, name=name, kind=kind, peer_url=f"https://{name}")[0]


def saying(**told: object) -> Callable[[str], bytes]:
    """What peers answer, by the name of their host."""

    def fetch(url: str) -> bytes:
        host, _, path = url.removeprefix("https://").partition("/")
        return json.dumps(told[host]).encode() if path.endswith("silences") else b"[]"

    return fetch


def silencing(ledger: Ledger, alert: str) -> list[str]:
    with UnitOfWork(ledger, TOCSIN).look(Permission.SEE_ALERTS) as look:
        shown = rows.of_alerts(look, occurrences.by_ids(look.rows, [alert]))
    return [one.by for one in shown]


ODD = {
    "a NUL in an id": silence(id="a\0b"),
    "an id without end": silence(id="x" * 1000),
    "an instant of no calendar": silence(endsAt="9999-12-31T23:59:59-05:00"),
    "a start of no calendar": silence(startsAt="0001-01-01T00:00:00+05:00"),
    "an expression too long": silence(
        id="s2", matchers=[{"name": "service", "value": LONG, "isRegex": True}]
    ),
    "no expression": silence(
        id="s2", matchers=[{"name": "service", "value": "(", "isRegex": True}]
    ),
    "an expression too large": silence(
        id="s2", matchers=[{"name": "service", "value": r"\pL{0,1000}", "isRegex": True}]
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_one_odd_silence_stops_nothing(ledger: Ledger, name: str) -> None:
    odd, plain = source(ledger, "odd"), source(ledger, "plain")
    there = add_alert(ledger, LABELS, key="k1", source=odd)
    here = add_alert(ledger, LABELS, key="k2", source=plain)
    watch(ledger, saying(odd=[ODD[name]], plain=[silence()]))
    assert silencing(ledger, there) == [], "what cannot be tried silences nothing"
    assert silencing(ledger, here) == ["mallory"]
    watch(ledger, saying(odd=[silence(id="s3")], plain=[]))
    assert silencing(ledger, there) == ["mallory"]
    assert silencing(ledger, here) == []
