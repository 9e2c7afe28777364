"""Silences as rows: which are live, and which firing alerts they silence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, select

from tocsin.features.alerts.rows import occurrences
from tocsin.features.silences.events import SilenceEvent
from tocsin.features.silences.evolution import evolve
from tocsin.features.silences.rules.matchers import all_match
from tocsin.features.silences.state import Silence
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.storage.columns import Instant

SILENCES: Final = state_table(
    "silence",
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
)


def _columns(silence: Silence) -> dict[str, Any]:
    return {"starts_at": silence.starts_at, "ends_at": silence.ends_at}


SILENCE: Final = Aggregate[Silence, SilenceEvent]("silence", Silence, evolve, SILENCES, _columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A silence and its id."""

    id: str
    silence: Silence


def since(rows: Connection, instant: datetime) -> list[Kept]:
    """The silences that were not over at an instant, also those that have not begun yet."""
    query = select(SILENCES.c.id, SILENCES.c.state).where(SILENCES.c.ends_at > instant)
    return [_kept(row) for row in rows.execute(query.order_by(SILENCES.c.id))]


def active(rows: Connection, now: datetime) -> list[Kept]:
    """The silences that hold at an instant."""
    return [kept for kept in since(rows, now) if kept.silence.starts_at <= now]


def matching(silences: Iterable[Kept], labels: Mapping[str, str]) -> list[Kept]:
    """Those of the silences whose matchers all match."""
    return [kept for kept in silences if all_match(kept.silence.matchers, labels)]


def silencing_alerts(
    rows: Connection, alerts: Sequence[str], now: datetime
) -> dict[str, list[Kept]]:
    """The silences that hold over each of these alerts, by alert; those without one are left out."""
    held = active(rows, now)
    if not held:
        return {}
    found = {alert.id: matching(held, alert.labels) for alert in occurrences.by_ids(rows, alerts)}
    return {alert: silences for alert, silences in found.items() if silences}


def _kept(row: Row[*tuple[Any, ...]]) -> Kept:
    return Kept(id=row.id, silence=SILENCE.decode(row.state))
