"""Who may see a restricted record, and read an entry for an audience, in one place.

What one may not see or read is unknown: it is in no list, no count, no search and no error.
"""

from collections.abc import Collection
from typing import Any, Final, Protocol, runtime_checkable

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    func,
    or_,
    select,
    union_all,
)

from tocsin.access.policy import Actor, Audience
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


def may_read(audience: Audience | None, reads: Collection[Audience]) -> bool:
    """Whether whoever reads for these audiences (`Actor.reads`) may know of an entry for an audience.

    An entry without one is for everybody who sees its record.
    """
    return audience is None or audience in reads


def audience_of(event: object) -> Audience | None:
    """Whom alone an event is for; None where it is for everybody who sees its record."""
    found = getattr(event, "audience", None)
    return found if isinstance(found, Audience) else None


def readable(table: FromClause, reads: Collection[Audience]) -> ColumnElement[bool]:
    """The rows of a table with a column `audience` that may be read: `may_read`, as a query has it."""
    for_everybody = table.c.audience.is_(None)
    return or_(for_everybody, table.c.audience.in_(sorted(reads))) if reads else for_everybody


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
