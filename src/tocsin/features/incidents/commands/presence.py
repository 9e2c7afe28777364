"""Who has the page of an incident open. Told to those alone who may see it, and recorded nowhere."""

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.incidents.commands.deciding import Shown, find
from tocsin.features.incidents.commands.roles import oneself
from tocsin.features.incidents.rows import presence
from tocsin.storage.lanes import Lane


def come(work: UnitOfWork, reference: str) -> list[str]:
    """Say that one has the page open, and learn who else has. Written once in half a minute at most."""
    own, now = oneself(work), work.ledger.clock()
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = find(look, reference)
        is_known = presence.is_fresh(look.rows, found.id, own, now)
        others = here(look, found)
    if is_known:
        return others
    with work.ledger.database.write(Lane.MACHINES) as rows:
        presence.come(rows, found.id, own, now)
        return presence.here(rows, found.id, now, found.incident.restricted_to)


def who_is_here(work: UnitOfWork, reference: str) -> list[str]:
    """Who has the page of an incident open."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return here(look, find(look, reference))


def here(look: Look, shown: Shown) -> list[str]:
    """Who has the page open and may still see it."""
    named = shown.incident.restricted_to
    return presence.here(look.rows, shown.id, look.ledger.clock(), named)
