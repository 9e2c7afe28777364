"""Holds the kept files against the ledger: each is there, opens, and is what was attached.

Finds damage; never mends it. A piece of one file is in memory at a time.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from tocsin.features.evidence import rows
from tocsin.features.evidence.commands.reading import plain
from tocsin.features.evidence.rows import Attached
from tocsin.ledger.checking import Fault, Progress
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.sealing import SealBroken

SOME: Final = 100


def files(ledger: Ledger, progress: Progress) -> Iterator[Fault]:
    """Whether every file is what the ledger says, and none is there that it does not know."""
    known: set[str] = set()
    last = -1
    while True:
        with ledger.read() as there:
            some = rows.attached(there, last, SOME)
        if not some:
            break
        for file in some:
            known.add(file.id)
            yield from _file(ledger, file, progress)
        last = some[-1].seq
    with ledger.read() as there:
        strange = list(rows.unrecorded(there, known))
    for id_ in strange:
        if not _was_attached_since(ledger, last, id_):
            yield Fault(
                f"file {id_}", f"The file {id_} is kept, and the ledger knows nothing of it."
            )


def _file(ledger: Ledger, file: Attached, progress: Progress) -> Iterator[Fault]:
    where = f"file {file.id}"
    found = _digest(ledger, file, progress)
    with ledger.read() as there:
        is_over = file.id in rows.ended(there, file.on)
        is_there = rows.count(there, file.id) > 0
    if is_over and is_there:
        yield Fault(
            where, f"The file {file.id} is still there, though it was withdrawn or refused."
        )
    elif not is_over and not is_there:
        yield Fault(where, f"The file {file.id} of entry {file.seq} is missing.")
    elif not is_over and found != (file.size, file.sha256):
        yield Fault(where, f"The file {file.id} is not what entry {file.seq} says was attached.")


def _digest(ledger: Ledger, file: Attached, progress: Progress) -> tuple[int, str] | None:
    """The size and digest of a file as it is kept; None where it does not open."""
    size, digest = 0, hashlib.sha256()
    try:
        for piece in plain(ledger, file.id):
            size += len(piece)
            digest.update(piece)
            progress(size, file.size)
    except SealBroken:
        return None
    return size, digest.hexdigest()


def _was_attached_since(ledger: Ledger, last: int, id_: str) -> bool:
    with ledger.read() as there:
        return any(file.id == id_ for file in rows.attached(there, last, SOME))
