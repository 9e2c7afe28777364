"""What of this process's work is leased, and keeps it so while the work goes on."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

from tocsin.ledger import lease
from tocsin.ledger.ledger import Ledger


class Leases:
    """The leases in use in this process."""

    def __init__(self, ledger: Ledger, holder: str) -> None:
        self._ledger = ledger
        self._holder = holder
        self._lock = Lock()
        self._in_use: set[str] = set()

    @contextmanager
    def holding(self, name: str) -> Generator[bool]:
        """Whether this process has the lease for the block; it is renewed until the block ends."""
        if not self._take(name):
            yield False
            return
        with self._lock:
            self._in_use.add(name)
        try:
            yield True
        finally:
            with self._lock:
                self._in_use.discard(name)

    def renew(self) -> bool:
        """Renew what is in use."""
        with self._lock:
            names = sorted(self._in_use)
        for name in names:
            self._take(name)
        return False

    def give_back(self) -> None:
        """End the leases that are not in use."""
        with self._lock:
            in_use = sorted(self._in_use)
        database, now = self._ledger.database, self._ledger.clock()
        lease.give_back(database, self._holder, now, but=in_use)

    def _take(self, name: str) -> bool:
        return lease.take(self._ledger.database, name, self._holder, self._ledger.clock())
