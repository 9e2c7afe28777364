"""Who may see a restricted record, in one place: in what is loaded and in every query.

What one may not see is unknown: it is in no list, no count, no search and no error.
"""

from typing import Any, Final, Protocol, runtime_checkable

from sqlalchemy import Column, Select, Table, Text, func, select, union_all

from tocsin.access.policy import Actor
from tocsin.storage.columns import METADATA

GRANTS: Final = Table(
    "access_grant",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("person", Text, primary_key=True, index=True),
)
"""Who was named to a restricted record. `owner` is the record's id."""


@runtime_checkable
class Restrictable(Protocol):
    """A state that may be closed to all but those named."""

    @property
    def restricted_to(self) -> frozenset[str] | None:
        """The people who may see it; None where it is open to everybody with the permission."""
        ...


def may_see(actor: Actor, state: object) -> bool:
    """Whether an actor may know that this exists."""
    if actor.sees_everything or not isinstance(state, Restrictable):
        return True
    named = state.restricted_to
    return named is None or (actor.person is not None and actor.person in named)


def visible(
    actor: Actor, table: Table, query: Select[Any], *, by_grant: bool = False
) -> Select[Any]:
    """The query over a table with columns `id` and `is_restricted`, for what an actor may see.

    Open rows and granted rows are two indexed branches, so the cost does not grow with what is hidden.
    Filters, order and limit stand in `query` and hold in both branches. `by_grant` reads what was
    granted one by one: for what is over, of which far more is hidden than granted.
    """
    if actor.sees_everything:
        return query
    open_rows = query.where(table.c.is_restricted.is_(False))
    if actor.person is None:
        return open_rows
    named = select(GRANTS.c.owner).where(GRANTS.c.person == actor.person)
    restricted = table.c.is_restricted
    closed = func.coalesce(restricted, False) if by_grant else restricted
    granted = query.where(closed.is_(True), table.c.id.in_(named))
    both = union_all(select(open_rows.subquery()), select(granted.subquery())).subquery()
    return select(both)
