"""What is done in the background: scan what waits for the scanner, drop what never came whole."""

from datetime import timedelta
from typing import Final

from tocsin.access.policy import TOCSIN, Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import rows
from tocsin.features.evidence.commands.reading import scanned
from tocsin.features.evidence.rules.patience import pause
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.rows import INCIDENT
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.sealing import SealBroken
from tocsin.ledger.words import Text
from tocsin.outbox.scanning import Scan, Verdict
from tocsin.storage.lanes import Lane

SOME: Final = 20
UNFINISHED: Final = timedelta(hours=1)


def scan_waiting(ledger: Ledger, scan: Scan) -> bool:
    """Scan some of what waits and whose turn it is; whether more may be waiting.

    Each file has pauses of its own, so one that cannot be scanned keeps no other from being scanned.
    """
    return all(_scan_next(ledger, scan) for _ in range(SOME))


def _scan_next(ledger: Ledger, scan: Scan) -> bool:
    """Scan one file; False where it is the turn of none.

    Its next turn is put off beforehand: whatever happens to this process meanwhile, others come first.
    """
    now = ledger.clock()
    with ledger.read() as there:
        file = rows.next_to_scan(there, now)
    if file is None:
        return False
    with ledger.database.write(Lane.MACHINES) as there:
        rows.scan_later(there, file.id, file.tries + 1, now + pause(file.tries + 1))
    verdict = _verdict(ledger, scan, file.id)
    if verdict is not None:
        _judged(ledger, file.id, file.owner, verdict)
    return True


def _verdict(ledger: Ledger, scan: Scan, id_: str) -> Verdict | None:
    try:
        return scanned(ledger, scan, id_)
    except SealBroken:
        return None


def _judged(ledger: Ledger, id_: str, owner: str, verdict: Verdict) -> None:
    """Record what the scanner said; what it found something in is not kept."""
    work = UnitOfWork(ledger, TOCSIN)
    with work.change(Permission.RESPOND, Lane.MACHINES) as change:
        incident = change.load(INCIDENT, owner)
        if verdict.finding is None:
            change.record(INCIDENT, owner, lifecycle.clear(incident, id_))
            rows.no_longer_waits(change.rows, id_)
            return
        found = Text(verdict.finding)
        change.record(INCIDENT, owner, lifecycle.find_infected(incident, id_, found))
        rows.destroy(change.rows, id_)


def drop_unfinished(ledger: Ledger) -> bool:
    """Drop some of what began to come an hour ago and is no part of any record."""
    with ledger.database.write(Lane.MACHINES) as there:
        some = rows.never_came(there, ledger.clock() - UNFINISHED, SOME)
        for id_ in some:
            rows.drop(there, id_)
    return len(some) == SOME
