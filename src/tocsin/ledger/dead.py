"""What was given up: parked, shown, and sent again when somebody says so; what is over is forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, select

from tocsin.foundation.refusal import Refused
from tocsin.ledger.due import CALL, DUE
from tocsin.outbox.call import decode
from tocsin.storage.listening import announce

KEPT: Final = timedelta(days=7)
"""So long what is over for good can still be looked at."""

FORGOTTEN_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """Something that was given up, as people see it. `facts` say what it was about."""

    id: str
    what: str
    receiver: str
    purpose: str
    facts: dict[str, Any]
    asked_at: datetime
    tries: int
    last_word: str


def listed(rows: Connection, *, after: str | None = None, limit: int = 50) -> list[Dead]:
    """What was given up, newest first. `after` is the last id of the page before."""
    query = select(DUE).where(DUE.c.state == "dead").order_by(DUE.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(DUE.c.id < after)
    return [_dead(row) for row in rows.execute(query)]


def one(rows: Connection, id_: str) -> Dead:
    """One thing that was given up. Refuses `unknown_dead_letter`."""
    row = rows.execute(select(DUE).where(DUE.c.id == id_, DUE.c.state == "dead")).one_or_none()
    if row is None:
        raise unknown()
    return _dead(row)


def unknown() -> Refused:
    """The refusal where nothing was given up under an id, or the actor may not know of it."""
    return Refused("unknown_dead_letter", "There is nothing given up under this id.")


def _dead(row: Row[Any]) -> Dead:
    call = decode(bytes(row.body)) if row.what == CALL else None
    facts: dict[str, Any] = msgspec.json.decode(row.body) if call is None else call.facts
    return Dead(
        id=row.id,
        what=row.what,
        receiver=row.receiver,
        purpose="" if call is None else call.purpose,
        facts=facts,
        asked_at=row.asked_at,
        tries=row.tries,
        last_word=row.last_word or "",
    )


def replay(rows: Connection, id_: str, now: datetime) -> None:
    """Try again at once what was given up, with a new budget. Refuses `unknown_dead_letter`."""
    one(rows, id_)
    again = {"state": "waiting", "due_at": now, "asked_at": now, "tries": 0, "claimed_by": None}
    rows.execute(DUE.update().where(DUE.c.id == id_).values(again))
    announce(rows)


def forget(rows: Connection, before: datetime) -> int:
    """Remove some of what has been over for good since before an instant; what is dead stays."""
    over = DUE.c.state.in_(["done", "cancelled", "withheld"]) & (DUE.c.due_at < before)
    some = select(DUE.c.number).where(over).limit(FORGOTTEN_AT_ONCE)
    return rows.execute(DUE.delete().where(DUE.c.number.in_(some))).rowcount
