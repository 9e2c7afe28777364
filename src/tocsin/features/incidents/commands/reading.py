"""Reading a timeline a page at a time: no more of the ledger is opened than is shown.

Pages stand in the order in which things were so. Where a page begins is named by an entry, so that an
address shows the same page tomorrow, but for what was written down later of an earlier instant.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.incidents.commands.deciding import Shown, find
from tocsin.features.incidents.events import AlertsJoined, KeyMomentMarked, KeyMomentUnmarked
from tocsin.features.incidents.rows import INCIDENT, entries
from tocsin.features.incidents.rows.entries import EntryRow, Piece, Place
from tocsin.features.incidents.terms import Which
from tocsin.ledger import history
from tocsin.ledger.entry import Entry

PAGE: Final = 100
JOINS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """Which page is wanted: before, after or around an entry, named by its version; else the first."""

    which: Which = Which.EVERYTHING
    before: int | None = None
    after: int | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a timeline, in order.

    `old` are the entries that those of the page put right, and whatever else was asked for, by place;
    `versions` name every entry of which one of the page speaks.
    """

    piece: Piece
    entries: Sequence[Entry]
    old: Mapping[int, Entry]
    versions: Mapping[int, int]

    def by_version(self, version: int | None) -> Entry | None:
        """An entry that was read, by its version."""
        read = [*self.entries, *self.old.values()]
        return next((entry for entry in read if entry.version == version), None)


def page_of(look: Look, shown: Shown, turned: Turned, also: Collection[int] = ()) -> Page:
    """A page of an incident's timeline; `also` are versions of entries to read beside it."""
    id_ = shown.id
    found = _turned(look, shown, turned)
    beside = {seq for version in also if (seq := _seq(look, id_, version)) is not None}
    there = look.entries(INCIDENT, id_, {row.seq for row in found} | beside)
    known = {entry.seq: entry for entry in there}
    shown_entries = [known[row.seq] for row in found]
    missing = {corrects for entry in there if (corrects := _corrects(entry)) is not None}
    old = look.entries(INCIDENT, id_, missing - known.keys())
    spoken = {*missing, *(row.corrected_by for row in found)}
    spoken |= {entry.event.entry for entry in there if isinstance(entry.event, MARKS)}
    return Page(
        piece=entries.piece(look.rows, id_, turned.which, found),
        entries=shown_entries,
        old=known | {entry.seq: entry for entry in old},
        versions=_versions(look, id_, spoken),
    )


MARKS: Final = (KeyMomentMarked, KeyMomentUnmarked)


def recorded_after(work: UnitOfWork, reference: str, which: Which, after: int, limit: int) -> Page:
    """The entries that were recorded next after a place of the ledger (-1: from the first on)."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        id_ = find(look, reference).id
        more = entries.recorded_after(look.rows, id_, which, after, limit + 1)
        found = more[:limit]
        there = look.entries(INCIDENT, id_, {row.seq for row in found})
        spoken = {row.seq for row in found} | {row.corrected_by for row in found} - {None}
        spoken |= {corrects for entry in there if (corrects := _corrects(entry)) is not None}
        return Page(
            piece=Piece(entries=found, has_earlier=after >= 0, has_later=len(more) > limit),
            entries=there,
            old={},
            versions=_versions(look, id_, spoken),
        )


def situations(
    work: UnitOfWork, reference: str, before: int | None, limit: int
) -> tuple[list[Entry], bool]:
    """What was said of the situation before a place of the ledger, last first; and if there is more."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        id_ = find(look, reference).id
        more = entries.recorded_before(look.rows, id_, Which.SITUATION, before, limit + 1)
        found = look.entries(INCIDENT, id_, {row.seq for row in more[:limit]})
        return found[::-1], len(more) > limit


def _versions(look: Look, id_: str, seqs: Collection[int | None]) -> dict[int, int]:
    wanted = {seq for seq in seqs if seq is not None}
    return history.versions_at(look.rows, INCIDENT.key(id_), wanted)


def _turned(look: Look, shown: Shown, turned: Turned) -> list[EntryRow]:
    id_, which = shown.id, turned.which
    if (place := _place(look, id_, turned.at)) is not None:
        return entries.around(look.rows, id_, which, place, PAGE)
    if (place := _place(look, id_, turned.before)) is not None:
        return entries.before(look.rows, id_, which, place, PAGE)
    if (place := _place(look, id_, turned.after)) is not None:
        return entries.after(look.rows, id_, which, place, PAGE)
    first = entries.before if shown.incident.is_open else entries.after
    return first(look.rows, id_, which, None, PAGE)


def _place(look: Look, id_: str, version: int | None) -> Place | None:
    seq = None if version is None else _seq(look, id_, version)
    row = None if seq is None else entries.at(look.rows, id_, seq)
    return None if row is None else row.place


def _seq(look: Look, id_: str, version: int) -> int | None:
    return history.place_of(look.rows, INCIDENT.key(id_), version)


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
