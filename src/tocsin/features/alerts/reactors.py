"""What is done in the background: the journal folded, its figures added, alerts expired.

Each step is one small transaction in the machines' lane, so that nobody waits long for the lock.
Every job answers whether more is waiting.
"""

from datetime import timedelta
from typing import Final

from tocsin.access.policy import TOCSIN
from tocsin.features.alerts.rows import journal, leaving
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

JOURNAL_ROWS: Final = 5000
EXPIRED_AT_ONCE: Final = 500
TALLIES_WAIT: Final = timedelta(seconds=5)
FEW_SHELVES: Final = 4


def fold(ledger: Ledger) -> bool:
    """Put the root over what was received into the ledger, once for all that waits, and count."""
    with ledger.read() as rows:
        folded = journal.read_journal(rows, JOURNAL_ROWS)
    if folded.numbers:
        try:
            with ledger.change(TOCSIN.by, Lane.MACHINES) as change:
                journal.keep_folded(change, folded)
        except journal.FoldedElsewhere:
            return False
    count(ledger)
    return len(folded.numbers) == JOURNAL_ROWS


def count(ledger: Ledger, *, all_of_it: bool = False) -> None:
    """Add tallies to what is known of their alerts, shelf by shelf.

    In a storm they wait a little, because most alerts of the next second are those of this one.
    """
    with ledger.read() as rows:
        shelves, since = journal.waiting_shelves(rows)
    is_due = since is not None and since <= ledger.clock() - TALLIES_WAIT
    if all_of_it or is_due or len(shelves) <= FEW_SHELVES:
        for shelf in shelves:
            with ledger.database.write(Lane.MACHINES) as rows:
                journal.add_tallies(rows, shelf)


def expire(ledger: Ledger) -> bool:
    """Let alerts expire whose end has passed."""
    now = ledger.clock()
    with ledger.read() as rows:
        if not leaving.has_ended(rows, now):
            return False
    count(ledger, all_of_it=True)
    with ledger.database.write(Lane.MACHINES) as rows:
        expired = leaving.expire(rows, now, EXPIRED_AT_ONCE)
    return expired == EXPIRED_AT_ONCE
