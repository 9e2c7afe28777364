"""Makes and keeps the signed checkpoints: every 60 s when something changed, hourly always.

A checkpoint says what the ledger was; kept outside, it proves that nothing was cut off or rewritten.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Row, select

from tocsin.ledger.ledger import Ledger, frontier_of
from tocsin.ledger.note import Checkpoint, signed
from tocsin.ledger.tables import CHECKPOINTS, HEAD, LEDGER, NODES

WHEN_CHANGED: Final = timedelta(seconds=60)
ALWAYS: Final = timedelta(hours=1)


def is_due(now: datetime, last: datetime | None, *, changed: bool) -> bool:
    """Whether it is time for the next checkpoint."""
    if last is None:
        return True
    return now - last >= (WHEN_CHANGED if changed else ALWAYS)


def make(ledger: Ledger, *, only_if_due: bool = False) -> str | None:
    """Sign the ledger as it stands and keep the note; None where it was not due."""
    with ledger.database.write() as rows:
        head = rows.execute(select(HEAD).with_for_update()).one()
        now = max(ledger.clock(), head.at)
        last = newest(rows)
        if only_if_due and not _due(now, head.size, last):
            return None
        if last is not None and last.size == head.size and last.at == now:
            return str(last.note)
        frontier = frontier_of(head)
        note = signed(
            Checkpoint(
                origin=head.origin,
                size=head.size,
                root=frontier.root,
                at=now,
                clock_source="system",
                clock_offset_seconds=None,
            ),
            ledger.keys,
        )
        rows.execute(CHECKPOINTS.insert().values(size=head.size, at=now, note=note))
        return note


def _due(now: datetime, size: int, last: Row[tuple[int, int, datetime, str]] | None) -> bool:
    if last is None:
        return True
    return is_due(now, last.at, changed=size != last.size)


def newest(rows: Connection) -> Row[tuple[int, int, datetime, str]] | None:
    """The last checkpoint that was made, or None."""
    query = select(CHECKPOINTS).order_by(CHECKPOINTS.c.number.desc()).limit(1)
    return rows.execute(query).one_or_none()


def of_size(rows: Connection, size: int) -> str:
    """The note of the last checkpoint of a size."""
    query = select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == size)
    return str(rows.execute(query.order_by(CHECKPOINTS.c.number.desc()).limit(1)).scalar_one())


def nodes_of(rows: Connection) -> Callable[[int, int], bytes]:
    """Finds the digest of any full subtree of the stored tree, for proofs."""

    def digest(level: int, position: int) -> bytes:
        if level == 0:
            leaf = rows.scalar(select(LEDGER.c.leaf).where(LEDGER.c.seq == position))
            return bytes(leaf or b"")
        at = (NODES.c.level == level) & (NODES.c.position == position)
        return bytes(rows.scalar(select(NODES.c.digest).where(at)) or b"")

    return digest
