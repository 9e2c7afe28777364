"""How alerts leave firing: the generation, and closing. Who changes what fires holds the generation.

The order of locks is: the ledger's head, the generation, alerts. Nobody takes them otherwise.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Select, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tocsin.features.alerts.rows.occurrences import chunks
from tocsin.features.alerts.rows.tables import ALERTS, GENERATION, JOURNAL, NEWS, SEEN, TALLIES
from tocsin.features.alerts.terms import AlertState, What

GRACE: Final = timedelta(seconds=2)
"""So long after its end an alert expires: a signal that came before may still be on its way to disk."""


def generation(rows: Connection) -> int:
    """The generation as it is; 0 before anything left."""
    return rows.scalar(select(GENERATION.c.generation)) or 0


def hold_generation(rows: Connection) -> int:
    """The generation, held until the transaction ends: nobody else changes what fires."""
    query = select(GENERATION.c.generation).with_for_update()
    held = rows.scalar(query)
    if held is None:
        insert = sqlite_insert if rows.dialect.name == "sqlite" else postgresql_insert
        first = insert(GENERATION).values(only=1, generation=0)
        rows.execute(first.on_conflict_do_nothing())
        held = rows.scalar(query)
    return int(held or 0)


def move_generation(rows: Connection) -> int:
    """The next generation, which is in force from now on: what is remembered elsewhere is stale."""
    moved = hold_generation(rows) + 1
    rows.execute(GENERATION.update().values(generation=moved))
    return moved


def left_since(rows: Connection, known: int) -> list[int]:
    """The numbers of the alerts that left firing after a generation."""
    return list(rows.scalars(select(ALERTS.c.number).where(ALERTS.c.left > known)))


def tell(rows: Connection, numbers: Sequence[int], what: What, at: datetime) -> None:
    """Leave news of alerts for whoever acts on them by rule."""
    if numbers:
        told = [{"alert": number, "what": what.value, "at": at} for number in numbers]
        rows.execute(NEWS.insert(), told)


def end(rows: Connection, numbers: Sequence[int], state: AlertState, at: datetime) -> int:
    """Let alerts leave firing, with the news; answers the generation in force from now on."""
    moved = move_generation(rows)
    ended = {"state": state.value, "closed_at": at, "changed_at": at, "left": moved}
    for some in chunks(sorted(numbers)):
        _hold_in_order(rows, some)
        rows.execute(ALERTS.update().where(ALERTS.c.number.in_(some)).values(ended))
        rows.execute(SEEN.update().where(SEEN.c.alert.in_(some)).values(is_over=True))
    tell(rows, numbers, What.OVER, at)
    return moved


def _hold_in_order(rows: Connection, numbers: Sequence[int]) -> None:
    """Hold what is known of alerts by their numbers, as those do who count: none waits in a ring."""
    if rows.dialect.name == "postgresql":
        mine = SEEN.c.alert.in_(numbers)
        rows.execute(select(SEEN.c.alert).where(mine).order_by(SEEN.c.alert).with_for_update())


def close(rows: Connection, id: str, actionability: str, at: datetime) -> None:
    """Close an alert for a person. One that is over already only gets its actionability."""
    hold_generation(rows)
    query = select(ALERTS.c.number, ALERTS.c.state).where(ALERTS.c.id == id)
    row = rows.execute(query).one()
    rows.execute(
        ALERTS.update().where(ALERTS.c.number == row.number).values(actionability=actionability)
    )
    if row.state == AlertState.FIRING:
        end(rows, [row.number], AlertState.CLOSED, at)


def resolve(rows: Connection, ids: Sequence[str], at: datetime) -> list[str]:
    """Let alerts be over that their monitor does not know any more; answers which of them did fire."""
    hold_generation(rows)
    fires = ALERTS.c.state == AlertState.FIRING
    found = [
        row
        for some in chunks(ids)
        for row in rows.execute(
            select(ALERTS.c.number, ALERTS.c.id).where(ALERTS.c.id.in_(some), fires)
        )
    ]
    if found:
        end(rows, [row.number for row in found], AlertState.RESOLVED, at)
    return [row.id for row in found]


def has_ended(rows: Connection, now: datetime) -> bool:
    """Whether the end of anything that fires has passed. Takes no lock."""
    return rows.scalar(_ended(now - GRACE).limit(1)) is not None


def expire(rows: Connection, now: datetime, limit: int) -> int:
    """Let alerts expire whose end has passed, and answer how many those were.

    What is not folded yet may say that an alert goes on, so nothing expires that ended after it.
    """
    hold_generation(rows)
    waiting = [
        rows.scalar(select(table.c.at).order_by(table.c.number).limit(1))
        for table in (JOURNAL, TALLIES)
    ]
    horizon = min([now, *(at for at in waiting if at is not None)]) - GRACE
    passed = list(rows.scalars(_ended(horizon).order_by(SEEN.c.ends_at).limit(limit)))
    if passed:
        end(rows, passed, AlertState.EXPIRED, now)
    return len(passed)


def _ended(horizon: datetime) -> Select[int]:
    return select(SEEN.c.alert).where(SEEN.c.is_over.is_(False), SEEN.c.ends_at <= horizon)
