"""Telling each other of it: notes with mentions, the situation, key moments, and the part of changes."""

from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.access.policy import Permission
from tocsin.access.visibility import audience_of
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands.confiding import (
    for_whom,
    name_of_newest,
    naming,
    no_such_entry,
)
from tocsin.features.incidents.commands.deciding import Shown, decided, find, recorded, words
from tocsin.features.incidents.commands.mentioning import may_not_see, mentions_in
from tocsin.features.incidents.events import Noted, SituationStated
from tocsin.features.incidents.rows import INCIDENT, entries
from tocsin.features.incidents.rows.entries import EntryRow
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import ChangeRole
from tocsin.ledger import history


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A note that was written: who is mentioned in it, and who of them may not read it.

    `name` is what its entry is called on pages.
    """

    shown: Shown
    mentions: tuple[str, ...]
    unseeing: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Situated:
    """What one says of the situation; what is left out is not said."""

    happening: str | None = None
    belief: str | None = None
    next_steps: str | None = None
    next_update_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What a situation is written over: the one stated at an instant, or none yet."""

    stated_at: datetime | None


def note(work: UnitOfWork, reference: str, said: Noted, expected: int | None = None) -> Written:
    """Write on the timeline, and learn who is mentioned and may not read it.

    Refuses `not_in_audience`, `bad_audience`, `no_such_entry`.
    """
    with work.change(Permission.RESPOND) as change:
        return note_in(change, reference, said, expected)


def note_in(
    change: WorkChange, reference: str, said: Noted, expected: int | None = None
) -> Written:
    """Write on the timeline within a change under way."""
    mentions = mentions_in(change, said.text)
    meant, now = for_whom(change, reference, replace(said, mentions=mentions)), change.now

    def decide(_: Incident) -> lifecycle.Decision:
        return lifecycle.state(meant, now)

    shown = recorded(change, reference, decide, expected)
    unseeing = may_not_see(change, shown.incident, mentions, audience_of(meant))
    name = name_of_newest(change, shown, audience_of(meant))
    return Written(shown=shown, mentions=mentions, unseeing=tuple(unseeing), name=name)


def state_situation(
    work: UnitOfWork,
    reference: str,
    said: Situated,
    *,
    over: Over | None = None,
    expected: int | None = None,
) -> Shown:
    """Say how it stands, in place of what was said before; `over` refuses to unless that still holds."""
    with work.change(Permission.RESPOND) as change:
        now = change.now

        def decide(incident: Incident) -> lifecycle.Decision:
            if over is not None:
                lifecycle.must_stand_as(incident, over.stated_at)
            event = SituationStated(
                happening=words(said.happening),
                belief=words(said.belief),
                next_steps=words(said.next_steps),
                next_update_at=said.next_update_at,
            )
            return lifecycle.state_situation(incident, event, now)

        return recorded(change, reference, decide, expected)


def mark_key_moment(
    work: UnitOfWork, reference: str, *, entry: int, wanted: bool, expected: int | None = None
) -> Shown:
    """Make an entry, named by its version, a key moment, or one no more."""
    with work.change(Permission.RESPOND) as change:
        row = _entry(change, find(change, reference).id, entry)

        def decide(_: Incident) -> lifecycle.Decision:
            return lifecycle.mark_key_moment(
                row.seq, is_key=row.is_key, wanted=wanted, audience=row.audience
            )

        return recorded(change, reference, decide, expected)


def mark_change(
    work: UnitOfWork,
    reference: str,
    *,
    change: str,
    role: ChangeRole,
    note: str | None = None,
    expected: int | None = None,
) -> Shown:
    """Say what part a change or deploy had."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.mark_change(incident, change=change, role=role, note=words(note))

    return decided(work, reference, decide, expected=expected)


def entry_at(work: UnitOfWork, reference: str, version: int) -> int:
    """Where the entry stands in the ledger that brought an incident to a version."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return _entry(look, find(look, reference).id, version).seq


def version_named(work: UnitOfWork, reference: str, name: str) -> int:
    """The version of the entry that a page means by a name. Refuses `no_such_entry`."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        version = naming(look, find(look, reference)).version_of(name)
    if version is None:
        raise no_such_entry()
    return version


def _entry(where: Look | WorkChange, id_: str, version: int) -> EntryRow:
    seq = history.place_of(where.rows, INCIDENT.key(id_), version)
    row = None if seq is None else entries.at(where.rows, id_, seq, where.actor.reads)
    if row is None:
        raise no_such_entry()
    return row
