"""Incidents as rows, for lists and reports. The tables are rebuilt from the ledger when they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    select,
    tuple_,
)

from tocsin.access.visibility import GRANTS
from tocsin.access.work import Look
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.events import IncidentEvent
from tocsin.features.incidents.state import Incident
from tocsin.ledger.aggregate import Aggregate, Beside, state_table
from tocsin.ledger.words import shown
from tocsin.storage.columns import METADATA, Instant

INCIDENTS: Final = state_table(
    "incident",
    Column("reference", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("phase", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("service", Text),
    Column("team", Text),
    Column("commander", Text),
    Column("alerts", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("declared_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("is_open", Boolean, nullable=False),
    Column("is_restricted", Boolean, nullable=False),
    Index("incident_by_need", "is_restricted", "is_open", "severity", "declared_at", "id"),
    Index("incident_by_time", "is_restricted", "declared_at", "id"),
)

LINKED: Final = Table(
    "incident_alert",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("alert", Text, primary_key=True, index=True),
)

SERIES: Final = Table(
    "reference_series",
    METADATA,
    Column("series", Text, primary_key=True),
    Column("last", Integer, nullable=False),
    Column("issued", Integer, nullable=False),
)


def _columns(incident: Incident) -> dict[str, Any]:
    return {
        "reference": incident.reference,
        "title": shown(incident.title),
        "severity": incident.severity,
        "phase": incident.phase.value,
        "mode": incident.mode.value,
        "service": incident.service,
        "team": incident.team,
        "commander": incident.commander,
        "alerts": len(incident.alerts),
        "reopened": incident.reopened,
        "declared_at": incident.declared_at,
        "acknowledged_at": incident.acknowledged_at,
        "is_open": incident.is_open,
        "is_restricted": incident.restricted_to is not None,
    }


def _grants(incident: Incident) -> list[dict[str, Any]]:
    return [{"person": person} for person in sorted(incident.restricted_to or ())]


def _links(incident: Incident) -> list[dict[str, Any]]:
    return [{"alert": alert} for alert in incident.alerts]


INCIDENT: Final = Aggregate[Incident, IncidentEvent](
    "incident",
    Incident,
    evolve,
    INCIDENTS,
    _columns,
    (Beside(GRANTS, _grants), Beside(LINKED, _links)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One line of the list of incidents."""

    id: str
    reference: str
    title: str
    severity: int
    phase: str
    mode: str
    service: str | None
    team: str | None
    commander: str | None
    alerts: int
    reopened: int
    declared_at: datetime
    is_restricted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which incidents a list shall hold. `after` is the last row of the page before."""

    open_only: bool = True
    text: str | None = None
    severity: int | None = None
    service: str | None = None
    team: str | None = None
    commander: str | None = None
    after: tuple[int, datetime, str] | None = None
    limit: int = 50


SHOWN: Final = [INCIDENTS.c[name] for name in IncidentRow.__dataclass_fields__]


def listed(look: Look, wanted: Wanted) -> list[IncidentRow]:
    """The incidents that an actor may see: worst first, then oldest first."""
    query = select(*SHOWN)
    if wanted.open_only:
        query = query.where(INCIDENTS.c.is_open.is_(True))
    for name in ("severity", "service", "team", "commander"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(INCIDENTS.c[name] == value)
    if wanted.text:
        words = wanted.text.strip()
        found = INCIDENTS.c.title.icontains(words, autoescape=True)
        query = query.where(found | INCIDENTS.c.reference.icontains(words, autoescape=True))
    order = (INCIDENTS.c.severity, INCIDENTS.c.declared_at, INCIDENTS.c.id)
    if wanted.after is not None:
        query = query.where(tuple_(*order) > tuple_(*wanted.after))
    seen = look.only_visible(INCIDENTS, query.order_by(*order).limit(wanted.limit))
    last = seen.selected_columns
    ordered = seen.order_by(None).order_by(last.severity, last.declared_at, last.id)
    found_rows = look.rows.execute(ordered.limit(wanted.limit)).all()
    return [IncidentRow(**row._mapping) for row in found_rows]


def id_of(rows: Connection, reference: str) -> str | None:
    """The id behind a reference."""
    query = select(INCIDENTS.c.id).where(INCIDENTS.c.reference == reference.upper())
    return rows.scalar(query)


def of_alerts(rows: Connection, alerts: Sequence[str]) -> dict[str, str]:
    """The open incidents that these alerts belong to: incident id by alert."""
    query = (
        select(LINKED.c.alert, LINKED.c.owner)
        .join(INCIDENTS, INCIDENTS.c.id == LINKED.c.owner)
        .where(LINKED.c.alert.in_(list(alerts)), INCIDENTS.c.is_open.is_(True))
    )
    return {row.alert: row.owner for row in rows.execute(query)}


def next_number(rows: Connection, series: str, step: int) -> tuple[int, int]:
    """The next public number of a series, `step` further on, and its ordinal without gaps."""
    query = select(SERIES).where(SERIES.c.series == series).with_for_update()
    row = rows.execute(query).one_or_none()
    if row is None:
        rows.execute(SERIES.insert().values(series=series, last=step, issued=1))
        return step, 1
    number, ordinal = row.last + step, row.issued + 1
    moved = SERIES.update().where(SERIES.c.series == series)
    rows.execute(moved.values(last=number, issued=ordinal))
    return number, ordinal
