"""Deeds on several incidents as rows."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, Select, Text, select

from tocsin.access.work import Look
from tocsin.features.incidents.events.bulk import BulkEvent
from tocsin.features.incidents.evolution.bulk import evolve_bulk
from tocsin.features.incidents.rows import INCIDENTS
from tocsin.features.incidents.state import Bulk
from tocsin.ledger.aggregate import Aggregate, state_table

BULKS: Final = state_table("incident_bulk", Column("actor", Text, nullable=False))


def _columns(bulk: Bulk) -> dict[str, Any]:
    return {"actor": bulk.by}


BULK: Final = Aggregate[Bulk, BulkEvent]("bulk", Bulk, evolve_bulk, BULKS, _columns)


def called(look: Look, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Reference and title of those among the incidents that the actor may see, by id."""
    query: Select[Any] = select(INCIDENTS.c.id, INCIDENTS.c.reference, INCIDENTS.c.title)  # pyright: ignore[reportAssignmentType]
    seen = look.only_visible(INCIDENTS, query.where(INCIDENTS.c.id.in_(list(ids))))
    return {row.id: (row.reference, row.title) for row in look.rows.execute(seen)}
