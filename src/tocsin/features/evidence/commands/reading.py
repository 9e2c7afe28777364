"""The bytes of a file that is kept: given piece by piece, to readers, scanners and checks."""

from collections.abc import Iterator

from tocsin.features.evidence import rows
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.sealing import SealBroken
from tocsin.outbox.scanning import Scan, Verdict


def plain(ledger: Ledger, id_: str) -> Iterator[bytes]:
    """The plain bytes of a file. Raises `SealBroken` where any is not as it was sealed."""
    key = ledger.keys.encryption
    with ledger.read() as there:
        seal, pieces = rows.seal_of(there, key, id_), rows.count(there, id_)
    if seal is None or not pieces:
        raise SealBroken(id_)
    for number in range(pieces):
        with ledger.read() as there:
            piece = rows.piece(there, seal, id_, number, pieces)
        yield piece


def scanned(ledger: Ledger, scan: Scan, id_: str) -> Verdict | None:
    """What the scanner says of a file; None where it could not scan it."""
    return scan(plain(ledger, id_))
