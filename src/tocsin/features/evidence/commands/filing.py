"""Taking in the bytes of a file: piece by piece, sealed at once, and not yet part of any record.

Each megabyte is a transaction of its own, so nobody who works waits for a large file; what never
becomes part of a record is dropped.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from tocsin.features.evidence import rows
from tocsin.features.evidence.rows import PIECE_BYTES
from tocsin.features.evidence.rules.sniffing import Sniffer
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.sealed_file import FileSeal
from tocsin.storage.lanes import Lane

AT_ONCE: Final = 4 * PIECE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """A file that has come whole: what its bytes are."""

    id: str
    size: int
    sha256: str
    media_type: str


class Filing:
    """One file on its way in, for the incident with the id `owner`."""

    def __init__(self, ledger: Ledger, owner: str, most_bytes: int) -> None:
        self.id = new_id(ledger.clock())
        self._ledger = ledger
        self._most_bytes = most_bytes
        self._seal = FileSeal.new(self.id)
        self._waiting = bytearray()
        self._number = 0
        self._size = 0
        self._digest = hashlib.sha256()
        self._sniffer = Sniffer()
        with ledger.database.write(Lane.MACHINES) as there:
            wrapped = self._seal.wrapped(ledger.keys.encryption)
            rows.begin(there, self.id, owner, wrapped, ledger.clock())

    def add(self, piece: bytes) -> None:
        """Take more of it. Refuses `body_too_large`."""
        self._size += len(piece)
        if self._size > self._most_bytes:
            raise too_large(self._most_bytes)
        self._digest.update(piece)
        self._sniffer.feed(piece)
        self._waiting += piece
        while len(self._waiting) > AT_ONCE:
            self._write(AT_ONCE, is_last=False)

    def end(self) -> Filed:
        """Say that this was all. Refuses `file_missing` for nothing at all."""
        if not self._size:
            raise Refused("file_missing", "The file is empty.")
        self._write(len(self._waiting), is_last=True)
        return Filed(
            id=self.id,
            size=self._size,
            sha256=self._digest.hexdigest(),
            media_type=self._sniffer.media_type(),
        )

    def drop(self) -> None:
        """Forget it."""
        with self._ledger.database.write(Lane.MACHINES) as there:
            rows.drop(there, self.id)

    def _write(self, size: int, *, is_last: bool) -> None:
        some, self._waiting = bytes(self._waiting[:size]), self._waiting[size:]
        starts = range(0, len(some), PIECE_BYTES)
        sealed: list[tuple[int, bytes]] = []
        for start in starts:
            ends = is_last and start + PIECE_BYTES >= len(some)
            plain = some[start : start + PIECE_BYTES]
            sealed.append((self._number, self._seal.seal(self._number, plain, is_last=ends)))
            self._number += 1
        with self._ledger.database.write(Lane.MACHINES) as there:
            rows.add(there, self.id, sealed)


def too_large(most_bytes: int) -> Refused:
    """The refusal of a file over the limit."""
    return Refused(
        "body_too_large", phrase("A file may have %(most)s bytes at most.", most=most_bytes)
    )
