"""Reading a timeline a page at a time: no more of the ledger is opened than is shown.

Pages stand in the order in which things were so. Where a page begins is named by an entry, so that an
address shows the same page tomorrow, but for what was written down later of an earlier instant. What
whoever asks may not read is on no page, begins none, and has no name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.visibility import may_read
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.incidents.commands.confiding import naming
from tocsin.features.incidents.commands.deciding import Shown, find
from tocsin.features.incidents.events import AlertsJoined, KeyMomentMarked, KeyMomentUnmarked
from tocsin.features.incidents.rows import INCIDENT, entries
from tocsin.features.incidents.rows.entries import EntryRow, Piece, Place, Timeline
from tocsin.features.incidents.rules.asides import Naming
from tocsin.features.incidents.terms import Which
from tocsin.ledger import history
from tocsin.ledger.entry import Entry

PAGE: Final = 100
JOINS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Which page is wanted: before, after or around an entry, by its name; else the first."""

    which: Which = Which.EVERYTHING
    before: str | None = None
    after: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a timeline, in order.

    `old` are the entries that those of the page put right, and whatever else was asked for, by place;
    `versions` has every entry that was read or of which one of the page speaks, by place, and `naming`
    what it is called on pages.
    """

    piece: Piece
    entries: Sequence[Entry]
    old: Mapping[int, Entry]
    versions: Mapping[int, int]
    naming: Naming

    def named(self, name: str | None) -> Entry | None:
        """An entry that was read, by its name."""
        read = [*self.entries, *self.old.values()]
        return next((entry for entry in read if self.name_of(entry.seq) == name), None)

    def name_of(self, seq: int | None) -> str | None:
        """What the entry at a place is called; None where nobody speaks of one that may be read."""
        version = None if seq is None else self.versions.get(seq)
        return None if version is None else self.naming.name_of(version)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page as it is wanted, with what the entries are called by which it is named."""

    turned: Turned
    names: Naming


def page_of(look: Look, shown: Shown, turned: Turned, also: Collection[str] = ()) -> Page:
    """A page of an incident's timeline; `also` are names of entries to read beside it."""
    id_, names = shown.id, naming(look, shown)
    timeline = Timeline(id_, turned.which, look.actor.reads)
    found = _turned(look, shown, timeline, _Asked(turned, names))
    beside = {seq for name in also if (seq := _seq(look, id_, names, name)) is not None}
    there = look.entries(INCIDENT, id_, {row.seq for row in found} | beside)
    known = {entry.seq: entry for entry in there}
    shown_entries = [known[row.seq] for row in found]
    missing = {corrects for entry in there if (corrects := _corrects(entry)) is not None}
    old = look.entries(INCIDENT, id_, missing - known.keys())
    spoken = {*missing, *(row.corrected_by for row in found), *(entry.seq for entry in there)}
    spoken |= {entry.event.entry for entry in there if isinstance(entry.event, MARKS)}
    return Page(
        piece=entries.piece(look.rows, timeline, found),
        entries=shown_entries,
        old=known | {entry.seq: entry for entry in old},
        versions=_versions(look, id_, spoken, names),
        naming=names,
    )


MARKS: Final = (KeyMomentMarked, KeyMomentUnmarked)


def recorded_after(work: UnitOfWork, reference: str, which: Which, after: int, limit: int) -> Page:
    """The entries that were recorded next after a place of the ledger (-1: from the first on)."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        shown = find(look, reference)
        id_, timeline = shown.id, Timeline(shown.id, which, look.actor.reads)
        names = naming(look, shown)
        more = entries.recorded_after(look.rows, timeline, after, limit + 1)
        found = more[:limit]
        there = look.entries(INCIDENT, id_, {row.seq for row in found})
        spoken = {row.seq for row in found} | {row.corrected_by for row in found} - {None}
        spoken |= {corrects for entry in there if (corrects := _corrects(entry)) is not None}
        return Page(
            piece=Piece(entries=found, has_earlier=after >= 0, has_later=len(more) > limit),
            entries=there,
            old={},
            versions=_versions(look, id_, spoken, names),
            naming=names,
        )


def situations(
    work: UnitOfWork, reference: str, before: int | None, limit: int
) -> tuple[list[Entry], bool]:
    """What was said of the situation before a place of the ledger, last first; and if there is more."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        id_ = find(look, reference).id
        timeline = Timeline(id_, Which.SITUATION, look.actor.reads)
        more = entries.recorded_before(look.rows, timeline, before, limit + 1)
        found = look.entries(INCIDENT, id_, {row.seq for row in more[:limit]})
        return found[::-1], len(more) > limit


def _versions(look: Look, id_: str, seqs: Collection[int | None], names: Naming) -> dict[int, int]:
    """The versions of those of some entries that may be read."""
    wanted = {seq for seq in seqs if seq is not None}
    found = history.versions_at(look.rows, INCIDENT.key(id_), wanted)
    asides, reads = dict(names.asides), look.actor.reads
    return {seq: at for seq, at in found.items() if may_read(asides.get(at), reads)}


def _turned(look: Look, shown: Shown, timeline: Timeline, asked: _Asked) -> list[EntryRow]:
    turned = asked.turned
    if (place := _place(look, timeline, asked, turned.at)) is not None:
        return entries.around(look.rows, timeline, place, PAGE)
    if (place := _place(look, timeline, asked, turned.before)) is not None:
        return entries.before(look.rows, timeline, place, PAGE)
    if (place := _place(look, timeline, asked, turned.after)) is not None:
        return entries.after(look.rows, timeline, place, PAGE)
    first = entries.before if shown.incident.is_open else entries.after
    return first(look.rows, timeline, None, PAGE)


def _place(look: Look, timeline: Timeline, asked: _Asked, name: str | None) -> Place | None:
    seq = None if name is None else _seq(look, timeline.owner, asked.names, name)
    row = None if seq is None else entries.at(look.rows, timeline.owner, seq, timeline.reads)
    return None if row is None else row.place


def _seq(look: Look, id_: str, names: Naming, name: str) -> int | None:
    version = names.version_of(name)
    return None if version is None else history.place_of(look.rows, INCIDENT.key(id_), version)


def _corrects(entry: Entry) -> int | None:
    corrects: int | None = getattr(entry.event, "corrects", None)
    return corrects


def last_join(look: Look, shown: Shown) -> AlertsJoined | None:
    """How the last alerts joined."""
    last = entries.joins_before(look.rows, shown.id, None, 1)
    found = look.entries(INCIDENT, shown.id, last)
    joined: AlertsJoined | None = found[0].event if found else None
    return joined


def joins_of(look: Look, shown: Shown, alerts: Collection[str]) -> dict[str, AlertsJoined]:
    """How each of these alerts joined last: from the newest join back, until all are found."""
    found: dict[str, AlertsJoined] = {}
    wanted, seq = set(alerts), None
    while wanted and (places := entries.joins_before(look.rows, shown.id, seq, JOINS_AT_ONCE)):
        for entry in reversed(look.entries(INCIDENT, shown.id, places)):
            joined: AlertsJoined = entry.event
            new = wanted.intersection(joined.alerts)
            found |= dict.fromkeys(new, joined)
            wanted -= new
        seq = places[-1]
    return found
