"""What the address of a list of incidents says: what it is cut down to, how it is ordered and shown.

The one reading of such an address, for pages, saved views, exports and acts on many. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta, tzinfo
from typing import Final
from urllib.parse import parse_qsl, urlencode

from tocsin.features.incidents.terms import Mode, Phase
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

VIEWS: Final = ("open", "mine", "over", "training")
GROUPS: Final = ("severity", "clock", "team", "service", "commander")
SORTS: Final = ("need", "clock", "newest", "updated")
COLUMNS: Final = ("team", "service", "alerts", "clock", "commander", "age", "updated")
USUAL_COLUMNS: Final = ("team", "service", "alerts", "clock", "commander", "age")
DENSITIES: Final = ("comfortable", "compact")
RESTRICTED: Final = ("yes", "no")
ME: Final = "me"
NOBODY: Final = "none"
LONGEST: Final = 200
LONGEST_QUERY: Final = 2000
DAYS: Final = re.compile(r"([1-9][0-9]{0,3})d")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEARS: Final = range(1900, 2200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a list is asked for. Empty is any.

    `since` and `until` are days in the viewer's zone (2026-11-24), both included; `since` may also
    count days back (30d). `commander` is a person's id, `me` or `none`.
    """

    view: str = "open"
    text: str = ""
    severity: str = ""
    phase: str = ""
    service: str = ""
    team: str = ""
    commander: str = ""
    mode: str = ""
    tag: str = ""
    restricted: str = ""
    merge: str = ""
    since: str = ""
    until: str = ""
    group: str = "severity"
    sort: str = "need"
    columns: tuple[str, ...] = USUAL_COLUMNS
    density: str = "comfortable"

    @property
    def filters(self) -> dict[str, str]:
        """What cuts the list down, by name, apart from its view."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    @property
    def is_over(self) -> bool:
        """Whether what is resolved and closed is listed: newest first, in one group."""
        return self.view == "over" or self.phase in (Phase.RESOLVED, Phase.CLOSED)

    def spelled(self, **changed: str) -> str:
        """The query of an address that asks for this, but for what changed."""
        usual = _plain(Query())
        said = _plain(self) | changed
        return urlencode({name: value for name, value in said.items() if value != usual.get(name)})

    def address(self, **changed: str) -> str:
        """The address of a list like this one, but for what changed."""
        query = self.spelled(**changed)
        return f"/incidents?{query}" if query else "/incidents"


FILTERS: Final = (
    "text", "severity", "phase", "service", "team", "commander", "mode", "tag", "restricted",
    "merge", "since", "until",
)  # fmt: skip
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "view": VIEWS,
    "severity": ("1", "2", "3", "4"),
    "phase": tuple(Phase),
    "mode": tuple(Mode),
    "restricted": RESTRICTED,
    "merge": ("yes",),
    "group": GROUPS,
    "sort": SORTS,
    "density": DENSITIES,
}


def read(said: Mapping[str, str]) -> Query:
    """What an address says. What is not known there is passed over.

    Refuses `no_such_view`, `no_such_filter`, `bad_time`.
    """
    names = [field.name for field in fields(Query) if field.name != "columns"]
    values = {name: _trimmed(said[name]) for name in names if _trimmed(said.get(name, ""))}
    for name, choices in CHOICES.items():
        if name in values and values[name] not in choices:
            raise _no_such(name)
    for name in ("since", "until"):
        if name in values:
            _must_be_day(values[name], may_count_back=name == "since")
    return Query(**values, columns=_columns(said.get("columns")))


def read_spelled(query: str) -> Query:
    """What the query of an address says. The last of several values of one name counts."""
    return read(dict(parse_qsl(query[:LONGEST_QUERY])))


def since(query: Query, now: datetime, zone: tzinfo) -> datetime | None:
    """The first instant that is asked for."""
    if found := DAYS.fullmatch(query.since):
        return now - timedelta(days=int(found.group(1)))
    return _midnight(query.since, zone) if query.since else None


def until(query: Query, zone: tzinfo) -> datetime | None:
    """The first instant that is asked for no more: the day named is part of the list."""
    if not query.until:
        return None
    day = datetime.fromisoformat(query.until) + timedelta(days=1)
    return _midnight(day.date().isoformat(), zone)


def _no_such(name: str) -> Refused:
    if name == "view":
        return Refused("no_such_view", "There is no such list of incidents.")
    return Refused("no_such_filter", phrase("A list of incidents has no such %(name)s.", name=name))


def _plain(query: Query) -> dict[str, str]:
    said = {field.name: getattr(query, field.name) for field in fields(Query)}
    return said | {"columns": ",".join(query.columns) or "none"}


def _trimmed(value: str) -> str:
    return value.replace("\0", "").strip()[:LONGEST]


def _columns(written: str | None) -> tuple[str, ...]:
    if written is None or not written.strip():
        return USUAL_COLUMNS
    wanted = written.split(",")
    return tuple(name for name in COLUMNS if name in wanted)


def _must_be_day(written: str, *, may_count_back: bool) -> None:
    if may_count_back and DAYS.fullmatch(written):
        return
    try:
        is_day = bool(DATE.fullmatch(written)) and (datetime.fromisoformat(written).year in YEARS)
    except ValueError:
        is_day = False
    if not is_day:
        raise Refused("bad_time", "Give the day as 2026-11-24.")


def _midnight(day: str, zone: tzinfo) -> datetime:
    return datetime.combine(datetime.fromisoformat(day).date(), time(), zone)
