"""Lists of incidents: cut down, in any order, page after page, and counted; only what one may see.

Lists of open incidents grow with what is open. Lists of what is over are read by an index, newest
first; where a filter has no index, so many of the newest are looked through at a time, and the next
page goes on behind them. So nothing here grows with closed history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from tocsin.access import finding
from tocsin.access.work import Look
from tocsin.features.incidents.rows import INCIDENTS, SHOWN, IncidentRow
from tocsin.features.incidents.rows.tags import TAGGED
from tocsin.features.incidents.rows.words import WORDS
from tocsin.features.incidents.rules.clocks import Nearness, bounds
from tocsin.features.incidents.terms import EXERCISES
from tocsin.foundation.seeking import sought

Columns = Mapping[str, ColumnElement[Any]]

INDEXED: Final = ("service", "team", "commander")
NULLABLE: Final = frozenset(INDEXED)
LOOKED_THROUGH: Final = 2000
OVER: Final = (("declared_at", True), ("id", True))
"""What is over comes newest first."""
ENDS: Final[Mapping[str, tuple[tuple[str, bool], ...]]] = {
    "need": (("severity", False), ("declared_at", False), ("id", False)),
    "clock": (("clock_at", False), ("severity", False), ("declared_at", False), ("id", False)),
    "newest": (("declared_at", True), ("id", True)),
    "updated": (("updated_at", True), ("id", True)),
}
"""By which columns each order goes, and which of them go down."""
MOST_COUNTED: Final = 99
MOST_CHOICES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which incidents are wanted. None is any; the commander "" is nobody.

    `exercises` True is drills and trainings only, False is none of them. `until` is not included.
    """

    is_open: bool = True
    exercises: bool | None = False
    text: str | None = None
    severity: int | None = None
    phase: str | None = None
    service: str | None = None
    team: str | None = None
    commander: str | None = None
    mode: str | None = None
    tag: str | None = None
    restricted: bool | None = None
    merge: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


OPEN: Final = Cut()
BY_NEED: Final = ("severity", "need")


class Page(NamedTuple):
    """Some rows of a list, and the row after which the next page begins."""

    rows: list[IncidentRow]
    next: IncidentRow | None


def page(
    look: Look, cut: Cut, order: tuple[str, str], after: IncidentRow | None, limit: int
) -> Page:
    """A page of a list. `order` is a group and a sort; what is over comes newest first, in one."""
    keys = keys_of(cut, order)
    query = _where(look, select(*SHOWN), cut)
    if after is not None:
        query = query.where(_behind(keys, after))
    residual = _residual(cut)
    if not residual:
        return _first(_read(look, _ordered(look, query, keys, limit + 1)), limit)
    window = _ordered(look, query, keys, LOOKED_THROUGH).subquery()
    found = select(window).where(*_filters(window.c, residual)).order_by(*_order(window.c, keys))
    shown = _first(_read(look, found.limit(limit + 1)), limit)
    return shown if shown.next else Page(shown.rows, _end(look, window, keys))


def keys_of(cut: Cut, order: tuple[str, str]) -> tuple[tuple[str, bool], ...]:
    """By which columns a list is in order, and which of them go down."""
    if not cut.is_open:
        return OVER
    group, sort = order
    if group == "clock":
        return ENDS["clock"]
    ends = [end for end in ENDS[sort] if end[0] != group]
    return ((group, False), *ends)


def counted_clocks(look: Look, cut: Cut, now: datetime) -> dict[Nearness, int]:
    """How many open incidents a list holds, by how near their next clock is."""
    at = INCIDENTS.c.clock_at
    steps = [(at < end, nearness.value) for nearness, end in bounds(now).items()]
    value = case(*steps, else_=Nearness.NOTHING.value).label("value")
    return {Nearness(name): number for name, number in _counted(look, cut, value).items()}


def counted(look: Look, cut: Cut, column: str) -> dict[Any, int]:
    """How many open incidents a list holds, by severity, team, service or commander."""
    return _counted(look, cut, INCIDENTS.c[column].label("value"))


def _counted(look: Look, cut: Cut, value: Label[Any]) -> dict[Any, int]:
    query: Select[Any] = select(value, func.count().label("number"))  # pyright: ignore[reportAssignmentType]
    query = _where(look, query, cut).group_by(value)
    numbers: dict[Any, int] = {}
    for row in look.rows.execute(look.only_visible(INCIDENTS, query)):
        numbers[row.value] = numbers.get(row.value, 0) + row.number
    return numbers


def count(look: Look, cut: Cut, most: int = MOST_COUNTED) -> int:
    """How many incidents a list holds; one more than `most` means more than that.

    Of what is over, only the newest are looked through.
    """
    query = _where(look, select(INCIDENTS), cut)
    residual = _residual(cut)
    if residual:
        keys = keys_of(cut, BY_NEED)
        window = _ordered(look, query, keys, LOOKED_THROUGH).subquery()
        found = select(window.c.id).where(*_filters(window.c, residual)).limit(most + 1)
    else:
        found = look.only_visible(
            INCIDENTS, query.with_only_columns(INCIDENTS.c.id).limit(most + 1)
        )
    number = look.rows.scalar(select(func.count()).select_from(found.subquery()))
    return min(int(number or 0), most + 1)


def total(look: Look, cut: Cut) -> int:
    """How many incidents a list holds altogether, however long that takes."""
    direct = _filters(INCIDENTS.c, _residual(cut))
    chosen: Select[Any] = select(INCIDENTS.c.id)
    query = _where(look, chosen, cut).where(*direct)
    found = look.only_visible(INCIDENTS, query).subquery()
    return int(look.rows.scalar(select(func.count()).select_from(found)) or 0)


def choices(look: Look, column: str) -> list[str]:
    """What open incidents say in a column, as far as the actor may see them."""
    query = select(INCIDENTS.c[column].label("value")).where(INCIDENTS.c.is_open.is_(True))
    seen = look.only_visible(INCIDENTS, query.distinct().limit(MOST_CHOICES))
    return sorted({row.value for row in look.rows.execute(seen) if row.value})


def tag_choices(look: Look) -> list[str]:
    """The tags of open incidents, as far as the actor may see them."""
    query = select(INCIDENTS.c.id).where(INCIDENTS.c.is_open.is_(True), INCIDENTS.c.tags > 0)
    seen = look.only_visible(INCIDENTS, query).subquery()
    tags = select(TAGGED.c.tag).where(TAGGED.c.owner.in_(select(seen.c.id)))
    return sorted(look.rows.scalars(tags.distinct().limit(MOST_CHOICES)))


def _where(look: Look, query: Select[Any], cut: Cut) -> Select[Any]:
    """The query with all that an index serves; for open ones, with everything."""
    query = query.where(INCIDENTS.c.is_open.is_(cut.is_open))
    if cut.exercises is not None:
        mode = INCIDENTS.c.mode
        query = query.where(mode.in_(_EXERCISES) if cut.exercises else mode.not_in(_EXERCISES))
    if cut.since is not None:
        query = query.where(INCIDENTS.c.declared_at >= cut.since)
    if cut.until is not None:
        query = query.where(INCIDENTS.c.declared_at < cut.until)
    if cut.text is not None:
        has_words = finding.having(look.rows, look.actor, WORDS, sought(cut.text), INCIDENTS.c.id)
        query = query.where(has_words)
    said = _said(cut)
    residual = _residual(cut)
    direct = {name: value for name, value in said.items() if name not in residual}
    return query.where(*_filters(INCIDENTS.c, direct))


def _said(cut: Cut) -> dict[str, Any]:
    names = (
        *INDEXED, "severity", "phase", "mode", "restricted", "merge", "tag",
    )  # fmt: skip
    return {name: value for name in names if (value := getattr(cut, name)) is not None}


def _residual(cut: Cut) -> dict[str, Any]:
    """What no index serves among what is over: all but the first of what has one."""
    if cut.is_open:
        return {}
    said = _said(cut)
    served = next((name for name in INDEXED if name in said), None)
    return {name: value for name, value in said.items() if name != served}


def _filters(columns: Any, said: Mapping[str, Any]) -> list[ColumnElement[bool]]:  # noqa: ANN401 - of a table or a subquery
    made: list[ColumnElement[bool]] = []
    for name, value in said.items():
        match name:
            case "tag":
                made.append(exists().where(TAGGED.c.owner == columns.id, TAGGED.c.tag == value))
            case "restricted":
                made.append(columns.is_restricted.is_(value))
            case "merge":
                made.append(columns.perhaps_same > 0 if value else columns.perhaps_same == 0)
            case _:
                made.append(columns[name] == value if value != "" else columns[name].is_(None))
    return made


def _ordered(
    look: Look, query: Select[Any], keys: Sequence[tuple[str, bool]], limit: int
) -> Select[Any]:
    """The first rows in order: each branch of what is visible, and then both together."""
    ordered = query.order_by(*_order(INCIDENTS.c, keys)).limit(limit)
    seen = look.only_visible(INCIDENTS, ordered, by_grant=keys == OVER)
    return seen.order_by(None).order_by(*_order(seen.selected_columns, keys)).limit(limit)


def _order(columns: Any, keys: Sequence[tuple[str, bool]]) -> list[ColumnElement[Any]]:  # noqa: ANN401 - as above
    values = [(_value(columns, name), down) for name, down in keys]
    return [value.desc() if down else value.asc() for value, down in values]


def _value(columns: Any, name: str) -> ColumnElement[Any]:  # noqa: ANN401 - as above
    """What is not said comes first: it is what somebody must see to."""
    return func.coalesce(columns[name], "") if name in NULLABLE else columns[name]


def _behind(keys: Sequence[tuple[str, bool]], row: IncidentRow) -> ColumnElement[bool]:
    """What comes after a row. Where all go one way, in a form that an index serves."""
    place = [_of_row(row, name) for name, _ in keys]
    columns = [_value(INCIDENTS.c, name) for name, _ in keys]
    ways = {down for _, down in keys}
    if len(ways) == 1:
        here = tuple_(*place, types=[column.type for column in columns])
        return tuple_(*columns) < here if ways == {True} else tuple_(*columns) > here
    either: list[ColumnElement[bool]] = []
    for at, (_, down) in enumerate(keys):
        same = [column == value for column, value in zip(columns[:at], place, strict=False)]
        later = columns[at] < place[at] if down else columns[at] > place[at]
        either.append(and_(*same, later))
    return or_(*either)


def _of_row(row: IncidentRow, name: str) -> Any:  # noqa: ANN401 - whatever the column holds
    value = getattr(row, name)
    return "" if value is None and name in NULLABLE else value


def _read(look: Look, query: Select[Any]) -> list[IncidentRow]:
    return [IncidentRow(**row._mapping) for row in look.rows.execute(query)]


def _first(rows: list[IncidentRow], limit: int) -> Page:
    return Page(rows[:limit], rows[limit - 1] if len(rows) > limit else None)


def _end(look: Look, window: Any, keys: Sequence[tuple[str, bool]]) -> IncidentRow | None:  # noqa: ANN401 - a subquery
    """The last of what was looked through, where more may lie behind it."""
    backwards = [(name, not down) for name, down in keys]
    number = look.rows.scalar(select(func.count()).select_from(window))
    if int(number or 0) < LOOKED_THROUGH:
        return None
    return _read(look, select(window).order_by(*_order(window.c, backwards)).limit(1))[0]


_EXERCISES: Final = sorted(EXERCISES)
