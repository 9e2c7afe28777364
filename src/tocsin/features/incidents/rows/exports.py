"""A list of incidents as a whole, read piece by piece, and where the ledger stood."""

import base64
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import select

from tocsin.access.work import Look
from tocsin.features.incidents.rows import IncidentRow
from tocsin.features.incidents.rows.listing import Cut, page
from tocsin.ledger.checkpoint import newest
from tocsin.ledger.ledger import frontier_of
from tocsin.ledger.tables import HEAD

PIECE = 500


def whole(look: Look, cut: Cut, order: tuple[str, str]) -> Iterator[list[IncidentRow]]:
    """Every row of a list, in its order, so many at a time."""
    after: IncidentRow | None = None
    while True:
        found = page(look, cut, order, after, PIECE)
        yield found.rows
        if found.next is None:
            return
        after = found.next


def root(look: Look) -> str:
    """The root over all that the ledger holds at the moment of the look, base64: no number in it."""
    head = look.rows.execute(select(HEAD)).one()
    return base64.b64encode(frontier_of(head).root).decode()


def checkpoint_digest(look: Look) -> str | None:
    """The SHA-256 of the newest signed checkpoint, or None before the first."""
    last = newest(look.rows)
    return None if last is None else sha256(str(last.note).encode()).hexdigest()
