"""What the last comparison of rows and ledger found. The comparing itself is `checking`'s."""

from typing import Final

from sqlalchemy import Connection, select

from tocsin.ledger import history
from tocsin.ledger.change import Change
from tocsin.ledger.entry import Entry, read_line
from tocsin.ledger.event import event
from tocsin.ledger.tables import LEDGER

KEY: Final = "ledger:verifications"
NAMED: Final = 20
"""So many faults are named; the others are counted."""


@event("ledger.verified")
class Verified:
    """The whole ledger was compared with itself and with every row.

    `run` tells one comparison from another; `checkpoints` are those given out that it matches;
    `named` says where the first faults are.
    """

    run: str
    entries: int
    lines_ok: bool
    rows_ok: bool
    faults: int
    named: tuple[str, ...]
    checkpoints: int
    took_seconds: float


def record(change: Change, verified: Verified) -> None:
    """Record it, once: whoever resumes a run that was just recorded does not record it again."""
    last = newest(change.rows, b"")
    if last is None or last.event.run != verified.run:
        change.note(KEY, verified)


def newest(rows: Connection, encryption_key: bytes) -> Entry | None:
    """The last comparison, or None."""
    query = select(LEDGER.c.line).where(LEDGER.c.aggregate == KEY)
    text = rows.scalar(query.order_by(LEDGER.c.version.desc()).limit(1))
    if text is None:
        return None
    return history.opened(rows, encryption_key, [read_line(text)])[0]
