"""What triage remembers: which incident holds a group, when it was opened, and what still waits.

Plain tables, not rebuilt from the ledger: what they lead to (the incident, its alerts and the reason)
is recorded there. Were they lost, open groups would begin anew and nothing else would change.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    func,
    select,
)

from tocsin.features.alerts.rows.occurrences import Occurrence, by_ids, chunks
from tocsin.features.alerts.rows.sources import API, SourceRow, sources
from tocsin.features.alerts.rows.tables import NEWS
from tocsin.features.incidents.rows import INCIDENTS, LINKED
from tocsin.features.triage.rules import checking
from tocsin.features.triage.rules.judging import Trouble
from tocsin.features.triage.state import Match, Opened, Standing
from tocsin.features.triage.terms import MINUTE, AlertFacts, AlertRule
from tocsin.ledger.document import DocumentKind
from tocsin.storage.columns import METADATA, Instant

RULES: Final = DocumentKind("alert rule", AlertRule, checking.check)

OPENINGS: Final = Table(
    "triage_opening",
    METADATA,
    Column("incident", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("is_storm", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False, index=True),
    Column("last_joined_at", Instant, nullable=False),
    Index("triage_opening_by_rule", "rule", "is_storm", "opened_at"),
)
"""One row for each incident that a rule opened; `received_at` is when its first signal came."""

GROUPS: Final = Table(
    "triage_group",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("incident", Text, primary_key=True, index=True),
    Column("words", Text, nullable=False),
    Column("joined_at", Instant, nullable=False),
)
"""The incidents of each group, and when an alert of it joined them last."""

WAITING: Final = Table(
    "triage_waiting",
    METADATA,
    Column("alert", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("looked_at", Instant, nullable=False, index=True),
)
"""Alerts that a rule would take and a silence holds back. They are looked at again."""

TROUBLES: Final = Table(
    "triage_trouble",
    METADATA,
    Column("rule", Text, primary_key=True),
    Column("alert", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
)
"""The last time that a rule could not tell whether it holds, and how often that was so far."""


def facts_of(rows: Connection, alerts: Iterable[Occurrence]) -> dict[str, AlertFacts]:
    """What rules are asked about, by alert: the alert and the name and kind of its source."""
    known = {source.id: source for source in sources(rows, retired=True)}
    return {alert.id: _facts(alert, known.get(alert.source, API)) for alert in alerts}


def _facts(alert: Occurrence, source: SourceRow) -> AlertFacts:
    return AlertFacts(
        id=alert.id,
        title=alert.title,
        severity=alert.severity,
        service=alert.service,
        team=alert.team,
        source=source.name,
        kind=source.kind.value,
        group_key=alert.group_key,
        labels=alert.labels,
        annotations=alert.annotations,
        starts_at=alert.starts_at,
        received_at=alert.received_at,
    )


def claim(rows: Connection, numbers: Iterable[int]) -> set[int]:
    """Take news out, and answer which were still there: each is acted on once."""
    taken: set[int] = set()
    for some in chunks(list(numbers)):
        gone = NEWS.delete().where(NEWS.c.number.in_(some)).returning(NEWS.c.number)
        taken |= set(rows.scalars(gone))
    return taken


def linked(rows: Connection, alerts: Iterable[str]) -> set[str]:
    """Which of these alerts belong to an incident, open or over."""
    found: set[str] = set()
    for some in chunks(list(alerts)):
        found |= set(rows.scalars(select(LINKED.c.alert).where(LINKED.c.alert.in_(some))))
    return found


def standing(
    rows: Connection, name: str, rule: AlertRule, groups: Collection[str], now: datetime
) -> Standing:
    """How a rule stands: its groups, its storm, and what it opened within a minute."""
    opened, over = _groups(rows, groups)
    return Standing(
        name=name,
        rule=rule,
        open=opened,
        over=over,
        storm=_storm(rows, name),
        recent=_recent(rows, name, now),
    )


def _groups(
    rows: Connection, groups: Collection[str]
) -> tuple[dict[str, Opened], dict[str, Opened]]:
    """Of each group the open incident, and the one of its own (no storm) that was over last."""
    both = GROUPS.join(INCIDENTS, INCIDENTS.c.id == GROUPS.c.incident)
    query = select(GROUPS, INCIDENTS.c.is_open, OPENINGS.c.is_storm).select_from(
        both.join(OPENINGS, OPENINGS.c.incident == GROUPS.c.incident)
    )
    opened: dict[str, Opened] = {}
    over: dict[str, Opened] = {}
    for some in chunks(list(groups)):
        mine = query.where(GROUPS.c.key.in_(some)).order_by(GROUPS.c.joined_at)
        for row in rows.execute(mine):
            if row.is_open:
                opened[row.key] = Opened(row.incident, row.joined_at)
            elif not row.is_storm:
                over[row.key] = Opened(row.incident, row.joined_at)
    return opened, over


def _storm(rows: Connection, name: str) -> Opened | None:
    query = select(OPENINGS).join(INCIDENTS, INCIDENTS.c.id == OPENINGS.c.incident)
    mine = query.where(OPENINGS.c.rule == name, OPENINGS.c.is_storm, INCIDENTS.c.is_open)
    row = rows.execute(mine.order_by(OPENINGS.c.opened_at.desc()).limit(1)).one_or_none()
    return None if row is None else Opened(row.incident, row.last_joined_at)


def _recent(rows: Connection, name: str, now: datetime) -> int:
    query = select(func.count()).select_from(OPENINGS)
    mine = (OPENINGS.c.rule == name) & OPENINGS.c.is_storm.is_(False)
    return rows.scalar(query.where(mine, OPENINGS.c.opened_at > now - MINUTE)) or 0


def keep_opening(
    rows: Connection, incident: str, matches: Sequence[Match], now: datetime, *, is_storm: bool
) -> None:
    """Remember that a rule opened an incident, and for which signals."""
    values = {
        "incident": incident,
        "rule": matches[0].group.rule,
        "is_storm": is_storm,
        "received_at": min(match.alert.received_at for match in matches),
        "opened_at": now,
        "last_joined_at": now,
    }
    rows.execute(OPENINGS.insert().values(values))


def keep_joined(rows: Connection, incident: str, matches: Sequence[Match], now: datetime) -> None:
    """Remember that alerts joined an incident, and that their groups are in it from now on."""
    mine = OPENINGS.update().where(OPENINGS.c.incident == incident)
    rows.execute(mine.values(last_joined_at=now))
    words = {match.group.key: match.group.words for match in matches}
    for some in chunks(list(words)):
        before = GROUPS.c.key.in_(some) & (GROUPS.c.incident == incident)
        rows.execute(GROUPS.delete().where(before))
    made = [
        {"key": key, "incident": incident, "words": said, "joined_at": now}
        for key, said in words.items()
    ]
    rows.execute(GROUPS.insert(), made)


def wait(rows: Connection, alerts: Iterable[str], now: datetime) -> None:
    """Remember alerts that a silence holds back."""
    wanted = list(dict.fromkeys(alerts))
    stop_waiting(rows, wanted)
    if wanted:
        made = [{"alert": alert, "since": now, "looked_at": now} for alert in wanted]
        rows.execute(WAITING.insert(), made)


def stop_waiting(rows: Connection, alerts: Iterable[str]) -> set[str]:
    """Forget that alerts wait, and answer which did."""
    stopped: set[str] = set()
    for some in chunks(list(alerts)):
        gone = WAITING.delete().where(WAITING.c.alert.in_(some)).returning(WAITING.c.alert)
        stopped |= set(rows.scalars(gone))
    return stopped


def to_look_at_again(rows: Connection, before: datetime, limit: int) -> list[Occurrence]:
    """Alerts that wait and were not looked at since, the longest unlooked-at first."""
    query = select(WAITING.c.alert).where(WAITING.c.looked_at <= before)
    found = rows.scalars(query.order_by(WAITING.c.looked_at).limit(limit))
    return by_ids(rows, list(found))


def looked_again(rows: Connection, alerts: Iterable[str], now: datetime) -> None:
    """Remember when waiting alerts were looked at last."""
    for some in chunks(list(alerts)):
        mine = WAITING.update().where(WAITING.c.alert.in_(some))
        rows.execute(mine.values(looked_at=now))


def waiting(rows: Connection) -> int:
    """How many alerts a silence holds back from opening an incident."""
    return rows.scalar(select(func.count()).select_from(WAITING)) or 0


def keep_troubles(rows: Connection, troubles: Sequence[Trouble], now: datetime) -> None:
    """Remember that rules could not tell."""
    for trouble in {trouble.rule: trouble for trouble in troubles}.values():
        more = sum(other.rule == trouble.rule for other in troubles)
        values: dict[str, Any] = {"alert": trouble.alert, "what": str(trouble.what), "at": now}
        mine = TROUBLES.update().where(TROUBLES.c.rule == trouble.rule)
        counted = mine.values(**values, times=TROUBLES.c.times + more)
        if not rows.execute(counted).rowcount:
            rows.execute(TROUBLES.insert().values(rule=trouble.rule, times=more, **values))


@dataclass(frozen=True, slots=True)
class Troubled:
    """What a rule last could not tell, about which alert, when, and how often so far."""

    what: str
    alert: str
    at: datetime
    times: int


def troubles(rows: Connection) -> dict[str, Troubled]:
    """What rules could not tell, by rule."""
    found = rows.execute(select(TROUBLES)).all()
    return {row.rule: Troubled(row.what, row.alert, row.at, row.times) for row in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long it took from the first signal to the incident: seconds, and how many were opened."""

    count: int
    p50_seconds: float
    p95_seconds: float
    worst_seconds: float


def latency(rows: Connection, now: datetime, over: timedelta = timedelta(days=1)) -> Latency | None:
    """Alert to incident over the last day, as measured; None where no incident was opened by rule.

    Restricted incidents are in no figure: whoever may not know of one could tell it from the rest.
    """
    query = select(OPENINGS.c.received_at, OPENINGS.c.opened_at).join(
        INCIDENTS, INCIDENTS.c.id == OPENINGS.c.incident
    )
    mine = (OPENINGS.c.opened_at > now - over) & INCIDENTS.c.is_restricted.is_(False)
    found = rows.execute(query.where(mine)).all()
    seconds = sorted((row.opened_at - row.received_at).total_seconds() for row in found)
    if not seconds:
        return None
    return Latency(
        count=len(seconds),
        p50_seconds=_rank(seconds, 0.50),
        p95_seconds=_rank(seconds, 0.95),
        worst_seconds=seconds[-1],
    )


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
