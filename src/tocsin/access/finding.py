"""Finds entries by their words, for one actor.

Public rows are found through the index; rows of restricted records only among the records that the
actor was named to, and rows for an audience only among those of the actor's, by reading them. So
neither what is found nor how long it takes tells of the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from tocsin.access.policy import Actor
from tocsin.access.visibility import GRANTS, readable
from tocsin.foundation.seeking import Sought
from tocsin.storage import full_text
from tocsin.storage.full_text import Source, says

NOTHING: Final = literal_column("''", Text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for: words, in records of a table that fulfil conditions.

    `before` is the place of the last entry of the page before.
    """

    sought: Sought
    records: Table
    conditions: Sequence[ColumnElement[bool]] = ()
    before: int | None = None
    limit: int = 50


def newest(rows: Connection, actor: Actor, words: Table, asked: Asked) -> Select[Any]:
    """The entries found (`seq`, `owner`): each record once, with its newest; the newest first.

    Where no words are looked for it is each record's first entry: the newest records.
    """
    found = [
        _entries(rows, words, asked, source, actor)
        for source in _sources(rows, actor, words, asked.sought)
    ]
    both = union_all(*(select(one.subquery()) for one in found)).subquery()
    return select(both).order_by(both.c.seq.desc()).limit(asked.limit)


def having(
    rows: Connection, actor: Actor, words: Table, sought: Sought, id_: ColumnElement[str]
) -> ColumnElement[bool]:
    """Whether a record has the words, for queries over records of which the actor sees only some."""
    conditions = [~_has_any(words, sought, id_, actor)] if sought.unwanted else []
    if sought.wanted:
        owners = [
            select(source.words.c.owner)
            .select_from(source.rows)
            .where(source.condition, *_all(source.words, sought))
            for source in _sources(rows, actor, words, sought)
        ]
        conditions.append(id_.in_(union_all(*owners)))
    return and_(true(), *conditions)


def _sources(rows: Connection, actor: Actor, words: Table, sought: Sought) -> list[Source]:
    """Where an actor may look: in what is public or for their audiences, and what they were named to."""
    open_ones = [full_text.found(rows, words, sought)]
    if actor.reads:
        is_aside = and_(_is_aside(words, actor), words.c.is_restricted.is_(False))
        open_ones.append(Source(words, words, is_aside, words.c.seq))
    if actor.sees_everything:
        return [*open_ones, _closed(Source(words, words, true(), words.c.seq), actor)]
    if actor.person is None:
        return open_ones
    named = select(GRANTS.c.owner).where(GRANTS.c.person == actor.person)
    return [*open_ones, _closed(full_text.among(rows, words, named), actor)]


def _closed(source: Source, actor: Actor) -> Source:
    """The rows of restricted records in a source, as far as whoever sees the record may read them."""
    restricted = source.words.c.is_restricted.is_(True)
    condition = and_(source.condition, restricted, readable(source.words, actor.reads))
    return replace(source, condition=condition)


def _is_aside(words: FromClause, actor: Actor) -> ColumnElement[bool]:
    """Whether an entry is for one of the actor's audiences alone."""
    return words.c.audience.in_(sorted(actor.reads))


def _entries(
    rows: Connection, words: Table, asked: Asked, source: Source, actor: Actor
) -> Select[Any]:
    """Record by record, the newest first: as far as a page goes, where the database reads in order."""
    sought, is_sqlite = asked.sought, rows.dialect.name == "sqlite"
    hits = _hits(asked, source)
    hit = (hits if is_sqlite or not sought.wanted else _last(hits)).subquery("hit")
    owner = hit.c.owner.concat(NOTHING) if is_sqlite else hit.c.owner  # from words to records only
    chosen: Select[Any] = select(hit.c.seq, hit.c.owner)  # pyright: ignore[reportAssignmentType]
    query = chosen.select_from(hit.join(asked.records, asked.records.c.id == owner))
    query = query.where(*asked.conditions)
    if sought.wanted and is_sqlite:
        newer = words.alias("newer")
        query = query.where(~_is_there(newer, sought, hit, readable(newer, actor.reads)))
    elif sought.wanted and actor.reads:
        query = query.where(~_has_newer_elsewhere(words, sought, hit, actor))
    if sought.unwanted:
        query = query.where(~_has_any(words, sought, hit.c.owner, actor))
    if asked.before is not None:
        query = query.where(hit.c.seq < asked.before)
    return query.order_by(hit.c.seq.desc()).limit(asked.limit)


def _hits(asked: Asked, source: Source) -> Select[Any]:
    """The entries that have the words, or the first of each record where none are looked for."""
    words = source.words
    columns: list[ColumnElement[Any]] = [source.seq.label("seq"), words.c.owner]
    query = select(*columns).select_from(source.rows)
    query = query.where(source.condition, *_all(words, asked.sought))
    return query if asked.sought.wanted else query.where(words.c.is_first)


def _last(hits: Select[Any]) -> Select[Any]:
    """The last entry of each record. PostgreSQL's index has no order: it reads them all in any case."""
    each = hits.subquery("each")
    columns: list[ColumnElement[Any]] = [func.max(each.c.seq).label("seq"), each.c.owner]
    return select(*columns).group_by(each.c.owner)


def _all(words: FromClause, sought: Sought) -> list[ColumnElement[bool]]:
    return [says(words, term) for term in sought.wanted]


def _is_there(
    newer: FromClause, sought: Sought, hit: FromClause, may: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether the record of a hit has a newer entry with the words that may be read."""
    follows = and_(newer.c.owner == hit.c.owner, newer.c.seq > hit.c.seq)
    return exists().where(follows, may, *_all(newer, sought))


def _has_newer_elsewhere(
    words: Table, sought: Sought, hit: FromClause, actor: Actor
) -> ColumnElement[bool]:
    """The same where each source gives the last of each record: only the other source can have more.

    A hit is for everybody or for an audience; there is little of what is for an audience.
    """
    mine, newer = words.alias("mine"), words.alias("newer")
    is_aside = exists().where(mine.c.seq == hit.c.seq, mine.c.audience.is_not(None))
    other = or_(_is_aside(newer, actor), and_(newer.c.audience.is_(None), is_aside))
    return _is_there(newer, sought, hit, other)


def _has_any(
    words: Table, sought: Sought, id_: ColumnElement[str], actor: Actor
) -> ColumnElement[bool]:
    """Whether a record has an unwanted word, asked only for those that are reached (by the offset)."""
    other = words.alias("other")
    unwanted = or_(*(says(other, term) for term in sought.unwanted))
    may = readable(other, actor.reads)
    query = select(other.c.seq).where(other.c.owner == id_, may, unwanted)
    return query.limit(1).offset(0).exists()
