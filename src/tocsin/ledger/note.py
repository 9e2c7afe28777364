"""Checkpoints as signed notes (C2SP tlog-checkpoint, signed-note): text that outlives this program."""

import base64
from dataclasses import dataclass
from datetime import datetime

from tocsin.foundation.clock import written
from tocsin.ledger.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of the ledger at one instant: how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes
    at: datetime
    clock_source: str
    clock_offset_seconds: float | None

    @property
    def body(self) -> str:
        """The signed text. The fourth line is an extension line: the clock the ledger goes by."""
        offset = self.clock_offset_seconds
        known = "unknown" if offset is None else f"{offset:+.6f}"
        clock = f"at {written(self.at)} clock {self.clock_source} offset {known}"
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{clock}\n"


def signed(checkpoint: Checkpoint, keys: Keys) -> str:
    """The checkpoint with its signature, as it is published."""
    signature = keys.signing.sign(checkpoint.body.encode())
    shown = base64.b64encode(keys.note_id(checkpoint.origin) + signature).decode()
    return f"{checkpoint.body}\n— {checkpoint.origin} {shown}\n"
