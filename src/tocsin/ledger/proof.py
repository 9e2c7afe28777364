"""Proofs that a cited record is in the ledger (C2SP tlog-proof): text an auditor checks offline."""

import base64

from sqlalchemy import select

from tocsin.foundation.refusal import Refused
from tocsin.ledger import checkpoint
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.tables import CHECKPOINTS
from tocsin.ledger.tree import inclusion

HEADER = "c2sp.org/tlog-proof@v1"


def of_record(ledger: Ledger, seq: int) -> str:
    """The proof for entry `seq` against the newest checkpoint; makes one where it is too old."""
    with ledger.read() as rows:
        covering = rows.scalar(select(CHECKPOINTS.c.size).where(CHECKPOINTS.c.size > seq).limit(1))
    if covering is None:
        checkpoint.make(ledger)
    with ledger.read() as rows:
        last = checkpoint.newest(rows)
        if last is None or not 0 <= seq < last.size:
            raise Refused("unknown_record", f"The ledger has no entry {seq}.")
        hashes = inclusion(seq, last.size, checkpoint.nodes_of(rows))
    lines = [HEADER, f"index {seq}", *(base64.b64encode(digest).decode() for digest in hashes)]
    return "\n".join(lines) + "\n\n" + str(last.note)
