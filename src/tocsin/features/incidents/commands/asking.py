"""From what the address of a list says to what is read for whoever asks."""

from collections.abc import Collection
from datetime import datetime, tzinfo

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.incidents import rows
from tocsin.features.incidents.rows import IncidentRow
from tocsin.features.incidents.rows.listing import Cut
from tocsin.features.incidents.rows.tags import tags_of
from tocsin.features.incidents.rules import query as queries
from tocsin.features.incidents.rules.query import ME, NOBODY, Query
from tocsin.foundation.refusal import Refused


def cut_of(query: Query, person: str | None, now: datetime, zone: tzinfo) -> Cut:
    """Which incidents a query means, for somebody in a zone.

    Drills and trainings stand in a list of their own, unless their mode is asked for by name.
    """
    commander = _commander(query, person)
    is_training = query.view == "training"
    return Cut(
        is_open=not query.is_over,
        exercises=None if query.mode and not is_training else is_training,
        text=query.text or None,
        severity=int(query.severity) if query.severity else None,
        phase=query.phase or None,
        service=query.service or None,
        team=query.team or None,
        commander=commander,
        mode=query.mode or None,
        tag=query.tag.lower() or None,
        restricted={"yes": True, "no": False}.get(query.restricted),
        merge=True if query.merge else None,
        since=queries.since(query, now, zone),
        until=queries.until(query, zone),
    )


def tags(work: UnitOfWork, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The tags of incidents that the actor sees, by incident."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return tags_of(look.rows, ids)


def place_of(look: Look, reference: str) -> IncidentRow | None:
    """A page begins after an incident that the viewer saw: its address hides nothing.

    Refuses `bad_cursor`.
    """
    if not reference:
        return None
    row = rows.by_reference(look, reference)
    if row is None:
        raise Refused("bad_cursor", "That page of the list is gone. Begin again with the first.")
    return row


def _commander(query: Query, person: str | None) -> str | None:
    if query.view == "mine" or query.commander == ME:
        return person or "nobody signed in"
    if query.commander == NOBODY:
        return ""
    return query.commander or None
