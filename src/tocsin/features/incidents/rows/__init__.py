"""Incidents as rows, for lists and reports. The tables are rebuilt from the ledger when they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    func,
    select,
)

from tocsin.access.policy import Actor
from tocsin.access.visibility import GRANTS, visible
from tocsin.access.work import Look, WorkChange
from tocsin.features.alerts.rows.tables import ALERTS, SEEN
from tocsin.features.alerts.terms import AlertState
from tocsin.features.incidents.events import IncidentEvent
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.rows.entries import ALONG
from tocsin.features.incidents.rows.tags import TAGGED, names_of, tagged
from tocsin.features.incidents.rows.tasks import TASKS, tasked
from tocsin.features.incidents.rows.words import WORDED
from tocsin.features.incidents.rules.clocks import LAST, next_clock
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import EXERCISES
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
    Column("updated_at", Instant, nullable=False),
    Column("tags", Integer, nullable=False),
    Column("perhaps_same", Integer, nullable=False),
    Column("clock_at", Instant, nullable=False),
    Column("clock_of", Text),
    Column("is_open", Boolean, nullable=False),
    Column("is_restricted", Boolean, nullable=False),
    Index("incident_by_need", "is_restricted", "is_open", "severity", "declared_at", "id"),
    Index("incident_by_time", "is_restricted", "is_open", "declared_at", "id"),
    Index(
        "incident_by_clock",
        *("is_restricted", "is_open", "clock_at", "severity", "declared_at", "id"),
    ),
    Index("incident_by_worst", "is_restricted", "severity", "declared_at", "id"),
    Index("incident_by_commander", "is_restricted", "is_open", "commander", "declared_at", "id"),
    Index("incident_by_service", "is_restricted", "is_open", "service", "declared_at", "id"),
    Index("incident_by_team", "is_restricted", "is_open", "team", "declared_at", "id"),
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
    clock = next_clock(incident)
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
        "updated_at": incident.updated_at or incident.declared_at,
        "tags": len(names_of(incident)),
        "perhaps_same": len(incident.perhaps_same),
        "clock_at": clock.at if clock else LAST,
        "clock_of": clock.of.value if clock else None,
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
    (
        Beside(GRANTS, _grants),
        Beside(LINKED, _links),
        Beside(TAGGED, tagged),
        Beside(TASKS, tasked),
    ),
    along=ALONG,
    worded=WORDED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One line of the list of incidents.

    `clock_at` is when something runs out next, and `clock_of` what; the end of all times and None
    where nothing does.
    """

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
    updated_at: datetime
    tags: int
    perhaps_same: int
    clock_at: datetime
    clock_of: str | None
    is_restricted: bool


IS_EXERCISE: Final = INCIDENTS.c.mode.in_(sorted(EXERCISES))
SHOWN: Final = [INCIDENTS.c[name] for name in IncidentRow.__dataclass_fields__]


def _read(look: Look, query: Select[Any]) -> list[IncidentRow]:
    return [IncidentRow(**row._mapping) for row in look.rows.execute(query)]


def by_reference(look: Look, reference: str) -> IncidentRow | None:
    """The line of one incident, if the actor may see it."""
    query = select(*SHOWN).where(INCIDENTS.c.reference == reference.strip().upper())
    return next(iter(_read(look, look.only_visible(INCIDENTS, query))), None)


def is_first(look: Look) -> bool:
    """Whether the actor can see no incident at all."""
    return not _read(look, look.only_visible(INCIDENTS, select(*SHOWN).limit(1)))


def id_of(where: Look | WorkChange, reference: str) -> str | None:
    """The id behind a reference, if the actor may see the incident.

    Asked in SQL, so that what may not be seen takes no longer to be unknown than what is not there.
    """
    query = _finding(where.actor)
    found: str | None = where.rows.scalar(query, {"spelled": reference.upper()})
    return found


@lru_cache(maxsize=256)
def _finding(actor: Actor) -> Select[Any]:
    """Made once for each who asks: making it takes as long as its answer."""
    query = select(INCIDENTS.c.id).where(INCIDENTS.c.reference == bindparam("spelled"))
    return visible(actor, INCIDENTS, query)


def of_alerts(rows: Connection, alerts: Sequence[str]) -> dict[str, str]:
    """The open incidents that these alerts belong to: incident id by alert."""
    query = (
        select(LINKED.c.alert, LINKED.c.owner)
        .join(INCIDENTS, INCIDENTS.c.id == LINKED.c.owner)
        .where(LINKED.c.alert.in_(list(alerts)), INCIDENTS.c.is_open.is_(True))
    )
    return {row.alert: row.owner for row in rows.execute(query)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is heard of the alerts of one incident: how many fire, how often, and of which services."""

    firing: int
    signals: int
    services: tuple[str, ...]


def heard(rows: Connection, id: str) -> Heard:
    """What is heard of the alerts of an incident, however many they are."""
    joined = LINKED.join(ALERTS, ALERTS.c.id == LINKED.c.alert).join(
        SEEN, SEEN.c.alert == ALERTS.c.number
    )
    alerts, signals = func.count().label("alerts"), func.sum(SEEN.c.signals).label("signals")
    query = (
        select(ALERTS.c.service, ALERTS.c.state, alerts, signals)
        .select_from(joined)
        .where(LINKED.c.owner == id)
        .group_by(ALERTS.c.service, ALERTS.c.state)
    )
    found = rows.execute(query).all()
    return Heard(
        firing=sum(row.alerts for row in found if row.state == AlertState.FIRING),
        signals=sum(int(row.signals) for row in found),
        services=tuple(sorted({row.service for row in found if row.service})),
    )


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
