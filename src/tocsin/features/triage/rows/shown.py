"""What the Alerts page is made of: numbers of a storm, groups of what fires, and whose incident it is.

Incidents are asked for through the eyes of whoever looks: one that they may not see is in no line and
in no number.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, Text, case, distinct, func, literal_column, select, text

from tocsin.access.work import Look
from tocsin.features.alerts.rows import SEEN, Occurrence, by_ids
from tocsin.features.alerts.rows.tables import ALERTS
from tocsin.features.alerts.terms import AlertState
from tocsin.features.incidents.rows import INCIDENTS, LINKED
from tocsin.features.triage.rows.kept import OPENINGS, WAITING
from tocsin.foundation.identifiers import first_id

RECENTLY: Final = timedelta(minutes=10)
"""What counts as one storm."""

MOST_GROUPS: Final = 100
MOST_OF_A_GROUP: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What came in lately: signals, the alerts they were folded into, and what became of them."""

    received: int
    alerts: int
    held: int
    groups: int
    opened: int
    since: datetime | None

    @property
    def repeats(self) -> int:
        """Signals that said again what was known."""
        return self.received - self.alerts

    @property
    def kept(self) -> int:
        """Alerts that nothing holds back."""
        return self.alerts - self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOfAlerts:
    """An incident that alerts belong to, as its line shows it."""

    id: str
    reference: str
    title: str
    severity: int
    phase: str
    mode: str
    is_restricted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGroup:
    """What fires together: `by` says what holds it together (service, sender or name).

    `title` is that of one of them.
    """

    by: str
    name: str
    title: str
    alerts: int
    signals: int
    sources: int
    severity: str | None
    since: datetime
    last_at: datetime
    incidents: list[IncidentOfAlerts] = field(default_factory=list[IncidentOfAlerts])

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.by}:{self.name}"


_held_by: Final = case(
    (ALERTS.c.service.is_not(None), literal_column("'service'", Text)),
    (ALERTS.c.group_key.is_not(None), literal_column("'sender'", Text)),
    else_=literal_column("'name'", Text),
).label("by")
_held_name: Final = func.coalesce(ALERTS.c.service, ALERTS.c.group_key, ALERTS.c.title).label(
    "name"
)
_FIRING: Final = ALERTS.c.state == AlertState.FIRING
_INCIDENT: Final = [INCIDENTS.c[name] for name in IncidentOfAlerts.__dataclass_fields__]


def storm(look: Look, now: datetime) -> Storm:
    """The numbers of the last ten minutes."""
    lately = ALERTS.c.id >= first_id(now - RECENTLY)
    seen = ALERTS.join(SEEN, SEEN.c.alert == ALERTS.c.number)
    query = select(
        func.coalesce(func.sum(SEEN.c.signals), 0).label("received"),
        func.count().label("alerts"),
        func.min(ALERTS.c.received_at, type_=ALERTS.c.received_at.type).label("since"),
    ).select_from(seen)
    numbers = look.rows.execute(query.where(lately)).one()
    held = (
        select(func.count()).select_from(WAITING).where(WAITING.c.alert >= first_id(now - RECENTLY))
    )
    several = select(_held_by, _held_name).where(lately).distinct().subquery()
    return Storm(
        received=int(numbers.received),
        alerts=numbers.alerts,
        held=look.rows.scalar(held) or 0,
        groups=look.rows.scalar(select(func.count()).select_from(several)) or 0,
        opened=_opened(look, now - RECENTLY),
        since=numbers.since,
    )


def _opened(look: Look, since: datetime) -> int:
    query = select(INCIDENTS.c.id).join(OPENINGS, OPENINGS.c.incident == INCIDENTS.c.id)
    mine = look.only_visible(INCIDENTS, query.where(OPENINGS.c.opened_at > since))
    return len(look.rows.execute(mine).all())


def groups(look: Look) -> list[AlertGroup]:
    """What fires, the largest groups first, each with the incidents that the viewer may see."""
    seen = ALERTS.join(SEEN, SEEN.c.alert == ALERTS.c.number)
    query = (
        select(
            _held_by,
            _held_name,
            func.min(ALERTS.c.title).label("title"),
            func.count().label("alerts"),
            func.sum(SEEN.c.signals).label("signals"),
            func.count(distinct(ALERTS.c.source)).label("sources"),
            func.min(ALERTS.c.severity).label("severity"),
            func.min(ALERTS.c.received_at, type_=ALERTS.c.received_at.type).label("since"),
            func.max(SEEN.c.last_at, type_=SEEN.c.last_at.type).label("last_at"),
        )
        .select_from(seen)
        .where(_FIRING)
        .group_by(_held_by, _held_name)
        .order_by(func.count().desc(), _held_by, _held_name)
        .limit(MOST_GROUPS)
    )
    largest = look.rows.execute(query).all()
    linked = _incidents_of_groups(look, {row.name for row in largest})
    return [
        AlertGroup(**row._mapping, incidents=linked.get((row.by, row.name), [])) for row in largest
    ]


def _incidents_of_groups(
    look: Look, names: Collection[str]
) -> dict[tuple[str, str], list[IncidentOfAlerts]]:
    """The incidents of groups with these names, by what holds a group together and its name."""
    linked = LINKED.join(ALERTS, ALERTS.c.id == LINKED.c.alert).join(
        INCIDENTS, INCIDENTS.c.id == LINKED.c.owner
    )
    query = select(_held_by, _held_name, *_INCIDENT).select_from(linked).distinct()
    query = query.where(_FIRING, _held_name.in_(names))
    found: dict[tuple[str, str], list[IncidentOfAlerts]] = {}
    for row in look.rows.execute(look.only_visible(INCIDENTS, query)):
        found.setdefault((row.by, row.name), []).append(_incident(row))
    return {key: sorted(several, key=_worst) for key, several in found.items()}


def of_group(look: Look, by: str, name: str) -> list[Occurrence]:
    """The alerts of a group that fire, newest first; at most `MOST_OF_A_GROUP`."""
    query = select(ALERTS.c.id).where(_FIRING, _held_by == by, _held_name == name)
    newest = query.order_by(ALERTS.c.id.desc()).limit(MOST_OF_A_GROUP)
    return by_ids(look.rows, list(look.rows.scalars(newest)))


def incidents_of(look: Look, alerts: Iterable[str]) -> dict[str, list[IncidentOfAlerts]]:
    """The incidents that these alerts belong to, as far as the viewer may see them, worst first."""
    linked = LINKED.join(INCIDENTS, INCIDENTS.c.id == LINKED.c.owner)
    query = select(LINKED.c.alert, *_INCIDENT).select_from(linked)
    mine: Select[Any] = query.where(LINKED.c.alert.in_(list(alerts)))
    found: dict[str, list[IncidentOfAlerts]] = {}
    for row in look.rows.execute(look.only_visible(INCIDENTS, mine)):
        found.setdefault(row.alert, []).append(_incident(row))
    return {alert: sorted(several, key=_worst) for alert, several in found.items()}


def same_key(look: Look, alert: Occurrence, limit: int = 20) -> list[Occurrence]:
    """Other occurrences of the same trouble, newest first."""
    same = (ALERTS.c.source == alert.source) & (ALERTS.c.key == alert.key)
    found: set[str] = set()
    for state in ("state = 'firing'", "state <> 'firing'"):
        query = select(ALERTS.c.id).where(same, text(state)).order_by(ALERTS.c.id.desc())
        found |= set(look.rows.scalars(query.limit(limit + 1)))
    newest = sorted(found - {alert.id}, reverse=True)[:limit]
    return by_ids(look.rows, newest)


def held_back(look: Look, limit: int = 200) -> list[Occurrence]:
    """Alerts that a rule would take and a silence holds back, newest first."""
    query = select(WAITING.c.alert).order_by(WAITING.c.alert.desc()).limit(limit)
    return by_ids(look.rows, list(look.rows.scalars(query)))


def _incident(row: Any) -> IncidentOfAlerts:  # noqa: ANN401 - a row with the columns of _INCIDENT
    values = {name: getattr(row, name) for name in IncidentOfAlerts.__dataclass_fields__}
    return IncidentOfAlerts(**values)


def _worst(incident: IncidentOfAlerts) -> tuple[int, str]:
    return (incident.severity, incident.id)
