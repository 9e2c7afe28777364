"""The entries of timelines as rows: when each was so, what sort it is, whether it is a key moment.

A timeline is read a page at a time, in the order in which things were so (`at`: `occurred_at` where it
was said, else when it was recorded; of the same instant what was recorded first comes first). The words
stay in the ledger; a page opens only the entries that it shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Select,
    Table,
    Text,
    func,
    select,
    text,
    tuple_,
)

from tocsin.features.incidents.events import (
    AlertsJoined,
    DecisionTaken,
    IncidentEvent,
    KeyMomentMarked,
    KeyMomentUnmarked,
    Noted,
    SituationStated,
)
from tocsin.features.incidents.terms import NoteKind, Which
from tocsin.ledger.aggregate import Along
from tocsin.ledger.entry import Recorded
from tocsin.storage.columns import METADATA, Instant

ENTRIES: Final = Table(
    "incident_entry",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("sort", Text),
    Column("is_key", Boolean, nullable=False),
    Column("corrected_by", BigInteger),
    Index("incident_entry_in_order", "owner", "at", "seq"),
    Index(
        "incident_entry_of_sort",
        "owner",
        "sort",
        "at",
        "seq",
        sqlite_where=text("sort IS NOT NULL"),
        postgresql_where=text("sort IS NOT NULL"),
    ),
    Index(
        "incident_entry_that_is_key",
        "owner",
        "at",
        "seq",
        sqlite_where=text("is_key"),
        postgresql_where=text("is_key"),
    ),
)

SITUATION: Final = "situation"
JOINED: Final = "joined"
KEY_NOTES: Final = frozenset({NoteKind.FINDING, NoteKind.DECISION})
SORTS: Final[Mapping[Which, str]] = {
    Which.NOTES: NoteKind.NOTE.value,
    Which.FINDINGS: NoteKind.FINDING.value,
    Which.DECISIONS: NoteKind.DECISION.value,
    Which.UPDATES: NoteKind.STATUS_UPDATE.value,
    Which.SITUATION: SITUATION,
}
Place = tuple[datetime, int]
"""Where an entry stands in the order of a timeline."""


def _row(event: IncidentEvent, on: Recorded) -> dict[str, Any]:
    sort = _sort(event)
    return {
        "at": getattr(event, "occurred_at", None) or on.at,
        "sort": sort,
        "is_key": sort in KEY_NOTES,
        "corrected_by": None,
    }


def _sort(event: IncidentEvent) -> str | None:
    match event:
        case Noted(kind=kind):
            return kind.value
        case DecisionTaken():
            return NoteKind.DECISION.value
        case SituationStated():
            return SITUATION
        case AlertsJoined():
            return JOINED
        case _:
            return None


def _changes(event: IncidentEvent, on: Recorded) -> dict[int, dict[str, Any]]:
    match event:
        case KeyMomentMarked(entry=entry):
            return {entry: {"is_key": True}}
        case KeyMomentUnmarked(entry=entry):
            return {entry: {"is_key": False}}
        case _:
            corrects: int | None = getattr(event, "corrects", None)
            return {} if corrects is None else {corrects: {"corrected_by": on.seq}}


ALONG: Final = Along[IncidentEvent](ENTRIES, _row, _changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry as its row has it. `corrected_by` is where the entry stands that puts it right."""

    seq: int
    at: datetime
    is_key: bool
    corrected_by: int | None

    @property
    def place(self) -> Place:
        """Where it stands in the order of the timeline."""
        return self.at, self.seq


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a timeline, in order, and whether there is more of it before and after."""

    entries: Sequence[EntryRow]
    has_earlier: bool
    has_later: bool


SHOWN: Final = [ENTRIES.c[name] for name in EntryRow.__dataclass_fields__]
ORDER: Final = (ENTRIES.c.at, ENTRIES.c.seq)
TYPES: Final = [column.type for column in ORDER]


def before(
    rows: Connection, owner: str, which: Which, place: Place | None, limit: int
) -> list[EntryRow]:
    """The last entries before a place, in order; without a place the last of all."""
    query = _of(owner, which).order_by(*(column.desc() for column in ORDER)).limit(limit)
    if place is not None:
        query = query.where(tuple_(*ORDER) < tuple_(*place, types=TYPES))
    return _read(rows, query)[::-1]


def after(
    rows: Connection, owner: str, which: Which, place: Place | None, limit: int
) -> list[EntryRow]:
    """The first entries after a place, in order; without a place the first of all."""
    query = _of(owner, which).order_by(*ORDER).limit(limit)
    if place is not None:
        query = query.where(tuple_(*ORDER) > tuple_(*place, types=TYPES))
    return _read(rows, query)


def around(rows: Connection, owner: str, which: Which, place: Place, limit: int) -> list[EntryRow]:
    """The entries on both sides of a place, in order, with the one that stands there."""
    earlier = before(rows, owner, which, (place[0], place[1] + 1), limit // 2 + 1)
    return [*earlier, *after(rows, owner, which, place, limit - len(earlier))]


def piece(rows: Connection, owner: str, which: Which, entries: Sequence[EntryRow]) -> Piece:
    """Entries in order, with whether there are earlier and later ones of the sort."""
    ends = (entries[0].place, entries[-1].place) if entries else None
    return Piece(
        entries=entries,
        has_earlier=ends is not None and bool(before(rows, owner, which, ends[0], 1)),
        has_later=ends is not None and bool(after(rows, owner, which, ends[1], 1)),
    )


def recorded_after(
    rows: Connection, owner: str, which: Which, seq: int, limit: int
) -> list[EntryRow]:
    """The entries recorded after one of them (-1 for all), in the order in which they were recorded."""
    query = _of(owner, which).where(ENTRIES.c.seq > seq).order_by(ENTRIES.c.seq).limit(limit)
    return _read(rows, query)


def recorded_before(
    rows: Connection, owner: str, which: Which, seq: int | None, limit: int
) -> list[EntryRow]:
    """The entries recorded before one of them (None: the last), the last of them first."""
    query = _of(owner, which).order_by(ENTRIES.c.seq.desc()).limit(limit)
    return _read(rows, query if seq is None else query.where(ENTRIES.c.seq < seq))


def at(rows: Connection, owner: str, seq: int) -> EntryRow | None:
    """The entry at a place of the ledger, if it is one of this incident."""
    query = select(*SHOWN).where(ENTRIES.c.owner == owner, ENTRIES.c.seq == seq)
    return next(iter(_read(rows, query)), None)


def key_moments(rows: Connection, owner: str) -> int:
    """How many key moments a timeline has."""
    query = select(func.count()).where(ENTRIES.c.owner == owner, ENTRIES.c.is_key)
    return int(rows.scalar(query) or 0)


def joins_before(rows: Connection, owner: str, seq: int | None, limit: int) -> list[int]:
    """Where alerts joined, the last time first: before a place of the ledger, or of all."""
    joined = (ENTRIES.c.owner == owner) & (ENTRIES.c.sort == JOINED)
    query = select(ENTRIES.c.seq).where(joined).order_by(ENTRIES.c.seq.desc()).limit(limit)
    return list(rows.scalars(query if seq is None else query.where(ENTRIES.c.seq < seq)))


def _of(owner: str, which: Which) -> Select[Any]:
    query = select(*SHOWN).where(ENTRIES.c.owner == owner)
    if which is Which.KEY_MOMENTS:
        return query.where(ENTRIES.c.is_key)
    if which is Which.PEOPLE:
        return query.where(ENTRIES.c.sort.in_(sorted(SORTS.values())))
    return query if which is Which.EVERYTHING else query.where(ENTRIES.c.sort == SORTS[which])


def _read(rows: Connection, query: Select[Any]) -> list[EntryRow]:
    return [EntryRow(**row._mapping) for row in rows.execute(query)]
