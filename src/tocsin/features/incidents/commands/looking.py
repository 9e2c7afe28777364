"""Looking at incidents."""

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows import Occurrence, by_ids
from tocsin.features.incidents.commands.deciding import Shown, find
from tocsin.features.incidents.rows import INCIDENT, IncidentRow, listing
from tocsin.features.incidents.rows.listing import BY_NEED, OPEN, Cut
from tocsin.ledger.entry import Entry


def listed(
    work: UnitOfWork, cut: Cut = OPEN, *, after: IncidentRow | None = None, limit: int = 50
) -> list[IncidentRow]:
    """Incidents that the actor may see: what is open worst first, what is over newest first."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return listing.page(look, cut, BY_NEED, after, limit).rows


def one(work: UnitOfWork, reference: str) -> Shown:
    """One incident by its reference."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return find(look, reference)


def timeline(work: UnitOfWork, reference: str) -> tuple[Shown, list[Entry]]:
    """An incident and everything that happened to it, oldest first."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        shown = find(look, reference)
        return shown, look.history(INCIDENT, shown.id)


def linked_alerts(
    work: UnitOfWork, reference: str, *, start: int = 0, limit: int = 200
) -> list[Occurrence]:
    """The alerts of an incident in the order in which they joined, from the one numbered `start`."""
    work.actor.must_be_allowed_to(Permission.SEE_ALERTS)
    with work.look(Permission.SEE_INCIDENTS) as look:
        linked = find(look, reference).incident.alerts[start : start + limit]
        return sorted(by_ids(look.rows, linked), key=lambda alert: linked.index(alert.id))
