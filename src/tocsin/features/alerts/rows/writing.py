"""Writes down what signals did to alerts, in the intake's transaction, under the held generation.

Signals are taken in the order they came. The database itself sees to it that a key fires at most once:
an insert that another writer won raises `InsertedElsewhere`, and the intake does it all again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tocsin.features.alerts.port import Act, Signal
from tocsin.features.alerts.rows import leaving
from tocsin.features.alerts.rows.journal import Repeats, instant, microseconds
from tocsin.features.alerts.rows.occurrences import chunks
from tocsin.features.alerts.rows.tables import ALERTS, SEEN
from tocsin.features.alerts.rules.occurrence import content_of, decide
from tocsin.features.alerts.terms import AlertState, What
from tocsin.foundation.identifiers import new_id

ROWS_AT_ONCE: Final = 500

Key = tuple[str, str]
"""The source and the key within it."""


class InsertedElsewhere(Exception):
    """Another writer opened one of these alerts at the same time."""


@dataclass(slots=True)
class Told:
    """A signal of a source, and the id under which its body is kept if it brings something new."""

    source: str
    signal: Signal
    content: bytes
    body: str


@dataclass(slots=True)
class Standing:
    """An alert that fires, while signals about it are taken in. `number` is 0 until it has a row."""

    number: int
    key: Key
    content: bytes
    is_acknowledged: bool
    ends_us: int
    row: dict[str, Any] | None = None
    signals: int = 0
    changed: Signal | None = None
    acknowledged_by: str | None = None
    over: bool = False


@dataclass(slots=True)
class Written:
    """What came of the signals: alerts that stand as they are now, and those that are over."""

    standings: list[Standing] = field(default_factory=list[Standing])
    bodies: set[str] = field(default_factory=set[str])
    generation: int = 0


Find = Callable[[Key], Standing | None]


def firing_with(rows: Connection, wanted: Sequence[Key]) -> dict[Key, Standing]:
    """Which of these keys fire now."""
    by_source: dict[str, list[str]] = {}
    for source, key in wanted:
        by_source.setdefault(source, []).append(key)
    found: dict[Key, Standing] = {}
    for source, keys in by_source.items():
        for some in chunks(keys):
            query = ALL_FIRING.where(ALERTS.c.source == source, ALERTS.c.key.in_(some))
            for row in rows.execute(query):
                standing = _standing(row)
                found[standing.key] = standing
    return found


ALL_FIRING: Final = (
    select(ALERTS, SEEN.c.ends_at)
    .join(SEEN, SEEN.c.alert == ALERTS.c.number)
    .where(ALERTS.c.state == AlertState.FIRING)
)


def _standing(row: Any) -> Standing:  # noqa: ANN401 - a row of ALL_FIRING
    signal = Signal(
        key=row.key,
        title=row.title,
        act=Act.FIRE,
        starts_at=row.starts_at,
        severity=row.severity,
        service=row.service,
        team=row.team,
        group_key=row.group_key,
        labels=msgspec.json.decode(row.labels, type=dict[str, str]),
        annotations=msgspec.json.decode(row.annotations, type=dict[str, str]),
        link=row.link,
    )
    return Standing(
        number=row.number,
        key=(row.source, row.key),
        content=content_of(signal),
        is_acknowledged=row.acknowledged_at is not None,
        ends_us=microseconds(row.ends_at),
    )


class Writing:
    """Takes signals in, one after the other, and then writes down what came of them at one instant."""

    def __init__(self, rows: Connection, now: datetime, find: Find, repeats: Repeats) -> None:
        self._rows = rows
        self._now = now
        self._find = find
        self._repeats = repeats
        self._firing: dict[Key, Standing | None] = {}
        self._extended: dict[int, int] = {}
        self._touched: dict[int, Standing] = {}
        self._opened: list[Standing] = []
        self._written = Written()

    def write(self, told: Sequence[Told], generation: int) -> Written:
        """Take in all signals, and write. Raises `InsertedElsewhere`."""
        for one in told:
            self._take(one)
        self._written.generation = generation
        touched = list(self._touched.values())
        self._write_changed([one for one in touched if one.changed is not None])
        self._write_acknowledged([one for one in touched if one.acknowledged_by is not None])
        self._write_extended()
        ended = [one.number for one in touched if one.over]
        if ended:
            state = AlertState.RESOLVED
            self._written.generation = leaving.end(self._rows, ended, state, self._now)
        for start in range(0, len(self._opened), ROWS_AT_ONCE):
            self._insert(self._opened[start : start + ROWS_AT_ONCE])
        self._written.standings = [*touched, *self._opened]
        return self._written

    def _take(self, told: Told) -> None:
        key = (told.source, told.signal.key)
        if key not in self._firing:
            self._firing[key] = self._find(key)
        standing = self._firing[key]
        what = decide(
            told.signal.act,
            fires=standing is not None,
            is_acknowledged=standing is not None and standing.is_acknowledged,
            says_the_same=standing is not None and standing.content == told.content,
        )
        if what is not None:
            self._written.bodies.add(told.body)
        if what is What.OPENED:
            standing = self._firing[key] = self._open(key, told)
        if standing is not None:
            self._change(standing, told, what)
            self._hear(standing)
        if what is What.OVER:
            self._firing[key] = None

    def _open(self, key: Key, told: Told) -> Standing:
        opened = Standing(0, key, told.content, False, 0)  # noqa: FBT003 - not acknowledged
        opened.row = {
            "id": new_id(self._now),
            "source": told.source,
            "key": told.signal.key,
            "state": AlertState.FIRING.value,
            **_said(told.signal),
            "starts_at": told.signal.starts_at,
            "received_at": self._now,
            "changed_at": self._now,
            "acknowledged_at": None,
            "acknowledged_by": None,
            "closed_at": None,
            "signal": told.body,
        }
        self._opened.append(opened)
        return opened

    def _change(self, standing: Standing, told: Told, what: What | None) -> None:
        signal = told.signal
        if signal.act is Act.FIRE:
            standing.ends_us = microseconds(signal.ends_at)
        if what is What.CHANGED:
            standing.content, standing.changed = told.content, signal
        elif what is What.ACKNOWLEDGED:
            standing.is_acknowledged, standing.acknowledged_by = True, told.source
        elif what is What.OVER:
            standing.over = True
            standing.ends_us = min(microseconds(signal.ends_at), microseconds(self._now))

    def _hear(self, standing: Standing) -> None:
        standing.signals += 1
        if standing.number:
            self._touched[standing.number] = standing
            self._extended[standing.number] = standing.ends_us
            self._repeats[standing.ends_us].append(standing.number)

    def _write_changed(self, changed: Sequence[Standing]) -> None:
        values = [
            {"at_number": one.number, "changed_at": self._now, **_said(one.changed)}
            for one in changed
            if one.changed is not None
        ]
        if values:
            self._rows.execute(CHANGE, values)
            leaving.tell(self._rows, [one.number for one in changed], What.CHANGED, self._now)

    def _write_acknowledged(self, acknowledged: Sequence[Standing]) -> None:
        values = [
            {
                "at_number": one.number,
                "acknowledged_at": self._now,
                "acknowledged_by": one.acknowledged_by,
            }
            for one in acknowledged
        ]
        if values:
            self._rows.execute(ACKNOWLEDGE, values)
            numbers = [one.number for one in acknowledged]
            leaving.tell(self._rows, numbers, What.ACKNOWLEDGED, self._now)

    def _write_extended(self) -> None:
        """An end that has passed is moved at once: what is only in the journal might expire first."""
        values = [
            {"at_number": number, "until": instant(ends)}
            for number, ends in sorted(self._extended.items())
        ]
        if values:
            self._rows.execute(EXTEND, values)

    def _insert(self, opened: Sequence[Standing]) -> None:
        rows = [self._row(one) for one in opened]
        insert = sqlite_insert if self._rows.dialect.name == "sqlite" else postgresql_insert
        made = insert(ALERTS).on_conflict_do_nothing().returning(ALERTS.c.id, ALERTS.c.number)
        numbers = {row.id: row.number for row in self._rows.execute(made, rows)}
        if len(numbers) < len(rows):
            raise InsertedElsewhere
        for one, row in zip(opened, rows, strict=True):
            one.number = numbers[row["id"]]
        self._rows.execute(SEEN.insert(), [self._seen(one) for one in opened])
        for what, some in (
            (What.OPENED, opened),
            (What.CHANGED, [one for one in opened if one.changed is not None]),
            (What.ACKNOWLEDGED, [one for one in opened if one.acknowledged_by is not None]),
            (What.OVER, [one for one in opened if one.over]),
        ):
            leaving.tell(self._rows, [one.number for one in some], what, self._now)

    def _row(self, one: Standing) -> dict[str, Any]:
        assert one.row is not None, "it was opened here"
        row = one.row
        if one.changed is not None:
            row |= _said(one.changed)
        if one.acknowledged_by is not None:
            row |= {"acknowledged_at": self._now, "acknowledged_by": one.acknowledged_by}
        if one.over:
            row |= {"state": AlertState.RESOLVED.value, "closed_at": self._now}
        return row

    def _seen(self, one: Standing) -> dict[str, Any]:
        return {
            "alert": one.number,
            "signals": one.signals,
            "last_at": self._now,
            "ends_at": instant(one.ends_us),
            "is_over": one.over,
        }


def _said(signal: Signal) -> dict[str, Any]:
    return {
        "title": signal.title,
        "severity": signal.severity,
        "service": signal.service,
        "team": signal.team,
        "group_key": signal.group_key,
        "labels": msgspec.json.encode(signal.labels, order="sorted").decode(),
        "annotations": msgspec.json.encode(signal.annotations, order="sorted").decode(),
        "link": signal.link,
    }


THE_ALERT: Final = ALERTS.update().where(ALERTS.c.number == bindparam("at_number"))
CHANGE: Final = THE_ALERT.values(
    {
        name: bindparam(name)
        for name in (
            "title",
            "severity",
            "service",
            "team",
            "group_key",
            "labels",
            "annotations",
            "link",
            "changed_at",
        )
    }
)
ACKNOWLEDGE: Final = THE_ALERT.values(
    acknowledged_at=bindparam("acknowledged_at"), acknowledged_by=bindparam("acknowledged_by")
)
EXTEND: Final = (
    SEEN.update().where(SEEN.c.alert == bindparam("at_number")).values(ends_at=bindparam("until"))
)
