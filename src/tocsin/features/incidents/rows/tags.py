"""The tags of incidents, to find them by."""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, Text, select

from tocsin.features.incidents.state import Incident
from tocsin.ledger.words import Text as Written
from tocsin.storage.columns import METADATA

TAGGED: Final = Table(
    "incident_tag",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("tag", Text, primary_key=True, index=True),
)


def tagged(incident: Incident) -> list[dict[str, Any]]:
    """The rows for the tags of an incident; what was erased is no tag to find it by."""
    return [{"tag": tag} for tag in names_of(incident)]


def names_of(incident: Incident) -> tuple[str, ...]:
    """The tags of an incident, each once, in the order in which they were put there."""
    written = [tag.name.value for tag in incident.tags if isinstance(tag.name, Written)]
    return tuple(dict.fromkeys(written))


def tags_of(rows: Connection, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The tags of several incidents, by incident, in the order of the alphabet."""
    found: dict[str, list[str]] = {}
    query = select(TAGGED).where(TAGGED.c.owner.in_(list(ids))).order_by(TAGGED.c.tag)
    for row in rows.execute(query) if ids else ():
        found.setdefault(row.owner, []).append(row.tag)
    return {owner: tuple(tags) for owner, tags in found.items()}
