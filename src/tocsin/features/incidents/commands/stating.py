"""Statements on the timeline."""

from collections.abc import Iterable

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands.confiding import for_whom
from tocsin.features.incidents.commands.deciding import Expected, Shown, recorded
from tocsin.features.incidents.lifecycle import Statement
from tocsin.features.incidents.state import Incident
from tocsin.features.people.rows import PERSON
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused


def state(
    work: UnitOfWork, reference: str, statement: Statement, expected: Expected = None
) -> Shown:
    """Put a statement on the timeline: a note, a decision, an anchor, a figure, a period of harm."""
    with work.change(Permission.RESPOND) as change:
        now = change.now
        said = for_whom(change, reference, statement)

        def decide(_: Incident) -> lifecycle.Decision:
            return lifecycle.state(said, now)

        return recorded(change, reference, decide, expected)


def must_be_people(work: UnitOfWork, ids: Iterable[str]) -> None:
    """Refuse `no_such_person` where an id is not a person's: the record holds ids, never names."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        must_be_people_in(look, ids)


def must_be_people_in(where: Look | WorkChange, ids: Iterable[str]) -> None:
    """The same, within a look or a change under way."""
    for id_ in ids:
        if PERSON.read(where.rows, id_) is None:
            raise Refused(
                "no_such_person", phrase("There is no person with the id %(id)s.", id=id_)
            )
