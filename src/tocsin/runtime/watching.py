"""Tells pages what the last comparison of rows and ledger found, and what was given out since."""

from time import monotonic
from typing import Final

from anyio.to_thread import run_sync

from tocsin.ledger import verification, witness
from tocsin.ledger.ledger import Ledger
from tocsin.web.watch import Watch

FRESH_SECONDS: Final = 5.0


def watch(ledger: Ledger) -> Watch:
    """What the ledger says about itself, now."""
    with ledger.read() as rows:
        witnesses = witness.count(rows)
        last = verification.newest(rows, ledger.keys.encryption)
    if last is None:
        return Watch(witnesses=witnesses)
    found: verification.Verified = last.event
    return Watch(
        witnesses=witnesses,
        matched=found.checkpoints,
        at=last.at,
        lines_ok=found.lines_ok,
        rows_ok=found.rows_ok,
    )


class Watching:
    """The same for every page of some seconds, so that it costs a page nothing."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen = Watch()
        self._until = 0.0

    async def now(self) -> Watch:
        """What there is to say; at most some seconds old. Who comes while it is asked gets the last."""
        if monotonic() >= self._until:
            self._until = monotonic() + FRESH_SECONDS
            self._seen = await run_sync(watch, self._ledger)
        return self._seen
