"""What people, tokens and teams are called, by id, for sentences."""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Connection,
    Table,
    bindparam,
    select,
    union_all,
)

from tocsin.features.people.rows.people import PEOPLE
from tocsin.features.people.rows.teams import TEAMS
from tocsin.features.people.rows.tokens import TOKENS


def names(rows: Connection, ids: Collection[str], *others: Table) -> dict[str, str]:
    """The names of those among the ids that are people, tokens or teams, or stand in one of `others`."""
    if not ids:
        return {}
    found = rows.execute(_named((TOKENS, PEOPLE, TEAMS, *others)), {"ids": list(ids)})
    return {row.id: row.name for row in found}


@cache
def _named(tables: tuple[Table, ...]) -> CompoundSelect[Any, Any]:
    """Made once: it is asked with nearly every answer."""
    wanted: BindParameter[str] = bindparam("ids", expanding=True)
    return union_all(*(select(one.c.id, one.c.name).where(one.c.id.in_(wanted)) for one in tables))
