"""What a person wants to be told: their own to choose, and an admin's to set for them."""

from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.messages import rows
from tocsin.features.messages.commands.queueing import settle
from tocsin.features.messages.rules.timing import must_be_sensible
from tocsin.features.messages.terms import Choices
from tocsin.features.people.commands.sessions import ONESELF, whose
from tocsin.features.people.rows import PERSON


def choices(work: UnitOfWork, person: str = ONESELF) -> Choices:
    """What a person is told, by id or as `me`. Refuses `unknown_person`."""
    id_, permission = whose(work.actor, person)
    with work.look(permission) as look:
        look.load_versioned(PERSON, id_)
        return rows.choices_of(look.rows, id_)


def choose(work: UnitOfWork, chosen: Choices, person: str = ONESELF) -> None:
    """Tell a person other things, or at other times; also what waits already.

    Refuses `bad_quiet_hours`, `unknown_person`.
    """
    must_be_sensible(chosen)
    id_, permission = whose(work.actor, person)
    with work.change(permission) as change:
        if change.earlier is None:
            write(change, id_, chosen)
            change.concerns(id_)


def write(change: WorkChange, person: str, chosen: Choices) -> None:
    """Write down what a person chose, in a change under way."""
    change.load(PERSON, person)
    rows.CHOICES.write(change.change, person, chosen)
    for message in rows.waiting(change.rows, person):
        settle(change, message)
