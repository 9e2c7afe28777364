"""Who was told what, and when: of one incident, and by one person of themselves."""

from collections.abc import Sequence

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.commands import find
from tocsin.features.messages import rows
from tocsin.features.messages.rows import MessageRow
from tocsin.features.people.commands.sessions import ONESELF, whose


def told_of_incident(
    work: UnitOfWork, reference: str, *, before: str | None = None, limit: int = 50
) -> Sequence[MessageRow]:
    """Who was, is to be or could not be told of an incident, the newest first."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        incident = find(look, reference).id
        return rows.told(look, incident=incident, before=before, limit=limit)


def told_person(
    work: UnitOfWork, person: str = ONESELF, *, before: str | None = None, limit: int = 50
) -> Sequence[MessageRow]:
    """What a person was told, of incidents that the actor may see; the newest first."""
    id_, permission = whose(work.actor, person)
    if Permission.SEE_INCIDENTS not in work.actor.may:
        return []
    with work.look(permission) as look:
        return rows.told(look, person=id_, before=before, limit=limit)
