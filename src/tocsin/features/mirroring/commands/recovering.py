"""Alerts that recover while silenced at their monitor: Alertmanager tells nobody, so it is asked.

An alert that we heard of by webhook, that a silence there matches, and that the monitor does not list
any more, is over. A monitor that was just started is not believed: it knows only what was sent since.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from tocsin.access.work import WorkChange
from tocsin.features.alerts.rows import leaving
from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.mirroring import rows
from tocsin.features.mirroring.events import RecoverySeen
from tocsin.features.mirroring.rules import wire
from tocsin.features.mirroring.terms import Told
from tocsin.ledger.ledger import Ledger
from tocsin.outbox.http import Unreachable

Fetch = Callable[[str], bytes]

SETTLED: Final = timedelta(minutes=5)
"""A monitor that has run for so long has heard of all that fires."""


def recovered(
    ledger: Ledger, fetch: Fetch, source: str, peer: str, told: Iterable[Told]
) -> list[str]:
    """The alerts here that are over by what their monitor lists; none where it cannot be asked."""
    asked_at = ledger.clock()
    with ledger.database.snapshot() as look:
        silent = rows.silent_there(look, source, [one for one in told if not one.is_over])
    candidates = [alert for alert in silent if alert.last_at < asked_at]
    if not candidates:
        return []
    try:
        started_at = wire.started(fetch(f"{peer}/api/v2/status"))
        listed = wire.listed(fetch(f"{peer}/api/v2/alerts"))
    except (Unreachable, msgspec.DecodeError, UnicodeDecodeError):
        return []
    return [
        alert.id
        for alert in candidates
        if alert.key not in listed and _knows(started_at, alert, asked_at)
    ]


def record(change: WorkChange, source: str, alerts: Sequence[str]) -> None:
    """Let these alerts be over, and say by what."""
    over = leaving.resolve(change.rows, alerts, change.now)
    if over:
        change.note(f"peer:{source}", RecoverySeen(alerts=tuple(over)))


def _knows(started_at: datetime, alert: Occurrence, asked_at: datetime) -> bool:
    return started_at <= alert.received_at or asked_at - started_at >= SETTLED
