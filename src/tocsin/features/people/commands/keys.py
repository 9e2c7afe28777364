"""Which single keys do what on a person's pages: their own to choose, and an admin's to set for them."""

from collections.abc import Mapping

from tocsin.access.work import UnitOfWork
from tocsin.features.people import lifecycle
from tocsin.features.people.commands.sessions import ONESELF, whose
from tocsin.features.people.rows import PERSON
from tocsin.features.people.rules.keys import KEYS, keymap


def keys(work: UnitOfWork, person: str = ONESELF) -> dict[str, str]:
    """The key in the place of each that is shipped, for a person by id or as `me`."""
    id_, permission = whose(work.actor, person)
    with work.look(permission) as look:
        chosen = look.load_versioned(PERSON, id_)[0].keys
    return {key: chosen.get(key, key) for key in KEYS}


def choose_keys(work: UnitOfWork, wanted: Mapping[str, str], person: str = ONESELF) -> None:
    """Put these keys in the place of those shipped; what is not named is as shipped.

    Refuses `no_such_key`, `bad_key`, `key_taken`, `unknown_person`.
    """
    chosen = keymap(wanted)
    id_, permission = whose(work.actor, person)
    with work.change(permission) as change:
        events = lifecycle.choose_keys(change.load(PERSON, id_), keys=chosen)
        if events:
            change.record(PERSON, id_, events)
