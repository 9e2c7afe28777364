"""Checkpoints that were given out: kept by somebody else, they prove what was. Without one, nothing does.

Tocsin's own copies prove nothing to an outsider: who can change the ledger can change those too.
"""

from typing import Final, Literal

from sqlalchemy import Connection, func, select

from tocsin.ledger import history
from tocsin.ledger.entry import By
from tocsin.ledger.event import event
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.tables import LEDGER
from tocsin.storage.lanes import Lane

KEY: Final = "ledger:witnesses"

Way = Literal["printed", "exported"]
"""How it left: printed for a person, or in a bundle for an auditor."""


@event("ledger.checkpoint_given")
class CheckpointGiven:
    """A checkpoint left this machine. `root` is spelled as in the note."""

    size: int
    root: str
    way: Way


def give(ledger: Ledger, by: By, note: str, way: Way) -> None:
    """Record that a signed note was given out."""
    _, size, root, *_ = note.split("\n")
    with ledger.change(by, Lane.MACHINES) as change:
        change.note(KEY, CheckpointGiven(size=int(size), root=root, way=way))


def given(rows: Connection, encryption_key: bytes) -> list[CheckpointGiven]:
    """Every checkpoint that was given out, oldest first."""
    return [entry.event for entry in history.of_aggregate(rows, encryption_key, KEY)]


def count(rows: Connection) -> int:
    """How many checkpoints were given out."""
    return rows.scalar(select(func.count()).where(LEDGER.c.aggregate == KEY)) or 0
