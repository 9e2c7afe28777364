"""For whom what somebody says is: for everybody who sees the incident, or for an audience alone."""

from dataclasses import replace

from tocsin.access.policy import Audience
from tocsin.access.visibility import audience_of
from tocsin.access.work import Look, WorkChange
from tocsin.features.incidents.commands.deciding import Shown, find
from tocsin.features.incidents.events import DecisionTaken, Noted
from tocsin.features.incidents.lifecycle import Statement
from tocsin.features.incidents.rows import INCIDENT, entries
from tocsin.features.incidents.rules import asides
from tocsin.features.incidents.rules.asides import Naming
from tocsin.foundation.refusal import Refused
from tocsin.ledger import history


def for_whom(change: WorkChange, reference: str, said: Statement) -> Statement:
    """A statement for whom it is meant; a correction is for whom the entry was that it puts right.

    Refuses `not_in_audience`, `bad_audience`, and `no_such_entry` for what its writer may not know.
    """
    asides.must_be_in(audience_of(said), change.actor.reads)
    corrects: int | None = getattr(said, "corrects", None)
    if corrects is None:
        return said
    old = entries.at(change.rows, find(change, reference).id, corrects, change.actor.reads)
    if old is None:
        raise no_such_entry()
    kept = asides.kept(audience_of(said), old.audience)
    if isinstance(said, Noted | DecisionTaken):
        return replace(said, audience=kept)
    if kept is not None:
        raise Refused("bad_audience", "What is for an audience is put right by a note for them.")
    return said


def name_of_newest(change: WorkChange, shown: Shown, audience: Audience | None) -> str:
    """What the newest entry for everybody, or for an audience, is called, once it was recorded."""
    if audience is None:
        return str(shown.open_version)
    theirs = list(entries.asides(change.rows, shown.id).values())
    return asides.name(audience, theirs.count(audience))


def naming(look: Look, shown: Shown) -> Naming:
    """What the entries of an incident are called on its pages."""
    if not shown.incident.asides:
        return Naming()
    found = entries.asides(look.rows, shown.id)
    versions = history.versions_at(look.rows, INCIDENT.key(shown.id), found)
    return Naming(tuple(sorted((versions[seq], audience) for seq, audience in found.items())))


def no_such_entry() -> Refused:
    """What may not be read is not there."""
    return Refused("no_such_entry", "This timeline has no such entry.")
