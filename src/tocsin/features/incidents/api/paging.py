"""Pages of the list of incidents: the open ones, worst first; after them the others, newest first."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.rows import IncidentRow, listing
from tocsin.features.incidents.rows.listing import BY_NEED, Cut
from tocsin.features.incidents.rows.tags import tags_of
from tocsin.features.incidents.rules.query import YEARS
from tocsin.features.incidents.terms import Mode, Phase
from tocsin.foundation.refusal import Refused


class Filters(NamedTuple):
    """Which incidents are wanted. None is any; `is_open` None is both."""

    is_open: bool | None
    severity: int | None
    service: str | None
    team: str | None
    commander: str | None
    text: str | None
    phase: Phase | None = None
    mode: Mode | None = None
    tag: str | None = None
    restricted: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


class Place(NamedTuple):
    """Where a page ended: among the open ones or the others, and after which row."""

    is_open: bool
    row: IncidentRow


class Found(NamedTuple):
    """A page, the tags of its incidents by id, and where it ended if more follows."""

    rows: list[IncidentRow]
    tags: dict[str, tuple[str, ...]]
    next: Place | None


def page(work: UnitOfWork, filters: Filters, place: Place | None, limit: int) -> Found:
    """One page, and where it ended if more follows."""
    halves = [half for half in (True, False) if filters.is_open in (None, half)]
    if place is not None and not place.is_open:
        halves = [False]
    rows: list[IncidentRow] = []
    with work.look(Permission.SEE_INCIDENTS) as look:
        following: Place | None = None
        for half in halves:
            after = place.row if place and place.is_open is half else None
            missing = limit - len(rows)
            found = listing.page(look, _cut(filters, half), BY_NEED, after, missing or 1)
            if not missing:
                following = (
                    Place(is_open=True, row=_small(rows[-1])) if found.rows or found.next else None
                )
                break
            rows += found.rows
            if found.next is not None:
                following = Place(half, _small(found.next))
                break
        return Found(rows, tags_of(look.rows, [row.id for row in rows if row.tags]), following)


def leader(work: UnitOfWork, commander: str | None) -> str | None:
    """Who is meant by `me` and `none`."""
    match commander:
        case "me":
            return work.actor.person or work.actor.by.id
        case "none":
            return ""
        case _:
            return commander


def instant(said: datetime | None) -> datetime | None:
    """An instant as it was said, in UTC where no zone was. Refuses `bad_time`."""
    if said is None:
        return None
    if said.year not in YEARS:
        raise Refused("bad_time", "Give an instant between the years 1900 and 2200.")
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def _small(row: IncidentRow) -> IncidentRow:
    """What a place in a list needs of a row: a cursor has an end."""
    return replace(row, title="", reference="", service=None, team=None, commander=None)


def _cut(filters: Filters, is_open: bool) -> Cut:  # noqa: FBT001 - which half
    return Cut(
        is_open=is_open,
        exercises=None if filters.mode else False,
        severity=filters.severity,
        service=filters.service,
        team=filters.team,
        commander=filters.commander,
        text=filters.text,
        phase=filters.phase,
        mode=filters.mode,
        tag=filters.tag,
        restricted=filters.restricted,
        since=filters.since,
        until=filters.until,
    )
