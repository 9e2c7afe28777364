"""The entries of timelines as rows: when each was so, what sort it is, whether it is a key moment.

A timeline is read a page at a time, in the order in which things were so (`at`: `occurred_at` where it
was said, else when it was recorded; of the same instant what was recorded first comes first). The words
stay in the ledger; a page opens only the entries that it shows. What is for an audience alone is in no
list and no count for others.
"""

from collections.abc import Collection, Mapping, Sequence
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
    bindparam,
    func,
    select,
    text,
    tuple_,
)

from tocsin.access.policy import Audience
from tocsin.access.visibility import audience_of, readable
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
    Column("audience", Text),
    Index(
        "incident_entry_for_an_audience",
        "owner",
        "seq",
        sqlite_where=text("audience IS NOT NULL"),
        postgresql_where=text("audience IS NOT NULL"),
    ),
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
    sort, audience = _sort(event), audience_of(event)
    return {
        "at": getattr(event, "occurred_at", None) or on.at,
        "sort": sort,
        "is_key": sort in KEY_NOTES,
        "corrected_by": None,
        "audience": None if audience is None else audience.value,
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
    """One entry as its row has it. `corrected_by` is where the entry stands that puts it right.

    `audience` are those who alone may know of it.
    """

    seq: int
    at: datetime
    is_key: bool
    corrected_by: int | None
    audience: Audience | None = None

    @property
    def place(self) -> Place:
        """Where it stands in the order of the timeline."""
        return self.at, self.seq


@dataclass(frozen=True, slots=True)
class Timeline:
    """Whose timeline, which entries of it, and the audiences whose entries whoever asks may read."""

    owner: str
    which: Which
    reads: Collection[Audience]

    def query(self) -> Select[Any]:
        """Its entries, in no order yet."""
        found = select(*SHOWN).where(ENTRIES.c.owner == self.owner, readable(ENTRIES, self.reads))
        match self.which:
            case Which.EVERYTHING:
                return found
            case Which.KEY_MOMENTS:
                return found.where(ENTRIES.c.is_key)
            case Which.PEOPLE:
                return found.where(ENTRIES.c.sort.in_(sorted(SORTS.values())))
            case _:
                return found.where(ENTRIES.c.sort == SORTS[self.which])


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a timeline, in order, and whether there is more of it before and after."""

    entries: Sequence[EntryRow]
    has_earlier: bool
    has_later: bool


SHOWN: Final = [ENTRIES.c[name] for name in EntryRow.__dataclass_fields__]
ORDER: Final = (ENTRIES.c.at, ENTRIES.c.seq)
TYPES: Final = [column.type for column in ORDER]


def before(rows: Connection, timeline: Timeline, place: Place | None, limit: int) -> list[EntryRow]:
    """The last entries before a place, in order; without a place the last of all."""
    query = timeline.query().order_by(*(column.desc() for column in ORDER)).limit(limit)
    if place is not None:
        query = query.where(tuple_(*ORDER) < tuple_(*place, types=TYPES))
    return _read(rows, query)[::-1]


def after(rows: Connection, timeline: Timeline, place: Place | None, limit: int) -> list[EntryRow]:
    """The first entries after a place, in order; without a place the first of all."""
    query = timeline.query().order_by(*ORDER).limit(limit)
    if place is not None:
        query = query.where(tuple_(*ORDER) > tuple_(*place, types=TYPES))
    return _read(rows, query)


def around(rows: Connection, timeline: Timeline, place: Place, limit: int) -> list[EntryRow]:
    """The entries on both sides of a place, in order, with the one that stands there."""
    earlier = before(rows, timeline, (place[0], place[1] + 1), limit // 2 + 1)
    return [*earlier, *after(rows, timeline, place, limit - len(earlier))]


def piece(rows: Connection, timeline: Timeline, entries: Sequence[EntryRow]) -> Piece:
    """Entries in order, with whether there are earlier and later ones of the sort."""
    ends = (entries[0].place, entries[-1].place) if entries else None
    return Piece(
        entries=entries,
        has_earlier=ends is not None and bool(before(rows, timeline, ends[0], 1)),
        has_later=ends is not None and bool(after(rows, timeline, ends[1], 1)),
    )


def recorded_after(rows: Connection, timeline: Timeline, seq: int, limit: int) -> list[EntryRow]:
    """The entries recorded after one of them (-1 for all), in the order in which they were recorded."""
    query = timeline.query().where(ENTRIES.c.seq > seq).order_by(ENTRIES.c.seq).limit(limit)
    return _read(rows, query)


def recorded_before(
    rows: Connection, timeline: Timeline, seq: int | None, limit: int
) -> list[EntryRow]:
    """The entries recorded before one of them (None: the last), the last of them first."""
    query = timeline.query().order_by(ENTRIES.c.seq.desc()).limit(limit)
    return _read(rows, query if seq is None else query.where(ENTRIES.c.seq < seq))


def at(rows: Connection, owner: str, seq: int, reads: Collection[Audience]) -> EntryRow | None:
    """The entry at a place of the ledger, if it is one of this incident and may be read."""
    there = ENTRIES.c.seq == seq
    query = Timeline(owner, Which.EVERYTHING, reads).query().where(there)
    return next(iter(_read(rows, query)), None)


def number(rows: Connection, timeline: Timeline) -> int:
    """How many entries a timeline has."""
    counted = timeline.query().with_only_columns(func.count())
    return int(rows.scalar(counted) or 0)


def asides(rows: Connection, owner: str) -> dict[int, Audience]:
    """Where the entries of an incident stand that are for an audience alone, and for which."""
    query = select(ENTRIES.c.seq, ENTRIES.c.audience).where(
        ENTRIES.c.owner == owner, ENTRIES.c.audience.is_not(None)
    )
    return {row.seq: Audience(row.audience) for row in rows.execute(query)}


AUDIENCES_AFTER: Final = (
    select(ENTRIES.c.audience)
    .where(ENTRIES.c.owner == bindparam("which"), ENTRIES.c.seq > bindparam("place"))
    .distinct()
)


def audiences_after(rows: Connection, owner: str, seq: int) -> set[Audience | None]:
    """For whom the entries of an incident are that stand after a place: None is for everybody."""
    found = rows.scalars(AUDIENCES_AFTER, {"which": owner, "place": seq})
    return {one and Audience(one) for one in found}


def joins_before(rows: Connection, owner: str, seq: int | None, limit: int) -> list[int]:
    """Where alerts joined, the last time first: before a place of the ledger, or of all."""
    joined = (ENTRIES.c.owner == owner) & (ENTRIES.c.sort == JOINED)
    query = select(ENTRIES.c.seq).where(joined).order_by(ENTRIES.c.seq.desc()).limit(limit)
    return list(rows.scalars(query if seq is None else query.where(ENTRIES.c.seq < seq)))


def _read(rows: Connection, query: Select[Any]) -> list[EntryRow]:
    return [_entry(dict(row._mapping)) for row in rows.execute(query)]


def _entry(row: dict[str, Any]) -> EntryRow:
    audience = row.pop("audience")
    return EntryRow(**row, audience=audience and Audience(audience))
