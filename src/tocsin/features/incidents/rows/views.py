"""Saved views as rows: which of them somebody may see."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Index, Text, func, or_, select

from tocsin.features.incidents.events.views import ViewEvent
from tocsin.features.incidents.evolution.views import evolve_view
from tocsin.features.incidents.state import View
from tocsin.features.incidents.terms import ViewAudience
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.ledger.words import shown

MOST_LISTED: Final = 30

VIEWS: Final = state_table(
    "incident_view",
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("team", Text),
    Column("owner", Text, nullable=False),
    Column("is_deleted", Boolean, nullable=False),
    Index("view_by_owner", "is_deleted", "owner"),
    Index("view_by_audience", "is_deleted", "audience", "team"),
)


def _columns(view: View) -> dict[str, Any]:
    return {
        "name": shown(view.name),
        "query": shown(view.query),
        "audience": view.audience.value,
        "team": view.team,
        "owner": view.owner,
        "is_deleted": view.is_deleted,
    }


VIEW: Final = Aggregate[View, ViewEvent]("view", View, evolve_view, VIEWS, _columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """One saved view."""

    id: str
    name: str
    query: str
    audience: str
    team: str | None
    owner: str


LISTED: Final = [VIEWS.c[name] for name in ViewRow.__dataclass_fields__]


def views_of(rows: Connection, owner: str, teams: Collection[str]) -> list[ViewRow]:
    """The views that somebody in these teams sees: their own, their teams', everybody's."""
    theirs = or_(
        VIEWS.c.owner == owner,
        VIEWS.c.audience == ViewAudience.EVERYBODY.value,
        (VIEWS.c.audience == ViewAudience.TEAM.value) & VIEWS.c.team.in_(list(teams)),
    )
    query = select(*LISTED).where(VIEWS.c.is_deleted.is_(False), theirs)
    found = rows.execute(query.order_by(VIEWS.c.name, VIEWS.c.id).limit(MOST_LISTED))
    return [ViewRow(**row._mapping) for row in found]


def kept_by(rows: Connection, owner: str) -> int:
    """How many views somebody keeps."""
    query = select(func.count()).select_from(VIEWS)
    query = query.where(VIEWS.c.is_deleted.is_(False), VIEWS.c.owner == owner)
    return int(rows.scalar(query) or 0)
