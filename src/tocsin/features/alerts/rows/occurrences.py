"""Reading alerts: lists, groups, what fires, and what happened that no rule has looked at yet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, Select, func, select

from tocsin.access.work import Look
from tocsin.features.alerts.rows.tables import ALERTS, NEWS, SEEN
from tocsin.features.alerts.terms import AlertState, What

T = TypeVar("T")

CHUNK: Final = 500
"""How many values stand in one `IN`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One occurrence of an alert. `signals` and `last_at` may lag a second behind what was received."""

    id: str
    source: str
    key: str
    state: AlertState
    title: str
    severity: str | None
    service: str | None
    team: str | None
    group_key: str | None
    labels: dict[str, str]
    annotations: dict[str, str]
    link: str | None
    starts_at: datetime
    received_at: datetime
    changed_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    closed_at: datetime | None
    actionability: str | None
    signals: int
    last_at: datetime
    ends_at: datetime | None
    signal: str | None = None

    @property
    def is_firing(self) -> bool:
        """Whether it goes on."""
        return self.state is AlertState.FIRING


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which alerts a list shall hold, newest first. `after` is the id of the last one of the page before.

    `text` is looked for in titles and labels.
    """

    states: frozenset[AlertState] = frozenset({AlertState.FIRING})
    text: str | None = None
    source: str | None = None
    service: str | None = None
    severity: str | None = None
    acknowledged: bool | None = None
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that happened to an alert and no rule has looked at yet."""

    number: int
    what: What
    at: datetime
    alert: Occurrence


SHOWN: Final = (
    *(ALERTS.c[name] for name in Occurrence.__dataclass_fields__ if name in ALERTS.c),
    SEEN.c.signals,
    SEEN.c.last_at,
    SEEN.c.ends_at,
)


def _selected() -> Select[Any]:
    return select(*SHOWN).select_from(ALERTS.join(SEEN, SEEN.c.alert == ALERTS.c.number))


def _occurrence(row: Any) -> Occurrence:  # noqa: ANN401 - a row of SHOWN
    values = dict(row._mapping)
    values["state"] = AlertState(values["state"])
    for name in ("labels", "annotations"):
        values[name] = msgspec.json.decode(values[name], type=dict[str, str])
    return Occurrence(**{name: values[name] for name in Occurrence.__dataclass_fields__})


def listed(look: Look, wanted: Wanted) -> list[Occurrence]:
    """One page of alerts, newest first."""
    query = _selected().where(ALERTS.c.state.in_(sorted(wanted.states)))
    for name in ("source", "service", "severity"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(ALERTS.c[name] == value)
    if wanted.acknowledged is not None:
        is_none = ALERTS.c.acknowledged_at.is_(None)
        query = query.where(~is_none if wanted.acknowledged else is_none)
    if wanted.text and (words := wanted.text.strip()):
        found = ALERTS.c.title.icontains(words, autoescape=True)
        query = query.where(found | ALERTS.c.labels.icontains(words, autoescape=True))
    if wanted.after is not None:
        query = query.where(ALERTS.c.id < wanted.after)
    page = query.order_by(ALERTS.c.id.desc()).limit(wanted.limit)
    return [_occurrence(row) for row in look.rows.execute(page)]


def one(rows: Connection, id: str) -> Occurrence | None:
    """One alert by its id, or None."""
    row = rows.execute(_selected().where(ALERTS.c.id == id)).one_or_none()
    return None if row is None else _occurrence(row)


def by_ids(rows: Connection, ids: Sequence[str]) -> list[Occurrence]:
    """The alerts with these ids, newest first; unknown ids are left out."""
    found = [
        _occurrence(row)
        for some in chunks(ids)
        for row in rows.execute(_selected().where(ALERTS.c.id.in_(some)))
    ]
    return sorted(found, key=lambda alert: alert.id, reverse=True)


def of_incident(look: Look, ids: Sequence[str]) -> list[Occurrence]:
    """The alerts of an incident the actor has loaded, by the ids that stand on it."""
    return by_ids(look.rows, ids)


def firing(
    rows: Connection, matches: Callable[[Mapping[str, str]], bool] | None = None
) -> Iterator[Occurrence]:
    """Every alert that fires, oldest first, whose labels match."""
    query = _selected().where(ALERTS.c.state == AlertState.FIRING).order_by(ALERTS.c.id)
    with rows.execution_options(yield_per=CHUNK).execute(query) as found:
        for row in found:
            alert = _occurrence(row)
            if matches is None or matches(alert.labels):
                yield alert


def firing_count(rows: Connection, at_most: int = 10_000) -> int:
    """How many alerts fire, counted no further than `at_most`."""
    some = select(ALERTS.c.number).where(ALERTS.c.state == AlertState.FIRING).limit(at_most)
    return rows.scalar(select(func.count()).select_from(some.subquery())) or 0


def news(rows: Connection, limit: int = CHUNK) -> list[News]:
    """The oldest news, with the alerts as they are now."""
    query = (
        select(NEWS.c.number.label("news"), NEWS.c.what, NEWS.c.at, *SHOWN)
        .select_from(
            NEWS.join(ALERTS, ALERTS.c.number == NEWS.c.alert).join(
                SEEN, SEEN.c.alert == ALERTS.c.number
            )
        )
        .order_by(NEWS.c.number)
        .limit(limit)
    )
    return [
        News(number=row.news, what=What(row.what), at=row.at, alert=_occurrence(row))
        for row in rows.execute(query)
    ]


def chunks(values: Sequence[T]) -> Iterator[list[T]]:
    """The values, so many at a time as one statement takes."""
    rest = iter(values)
    while some := list(islice(rest, CHUNK)):
        yield some
