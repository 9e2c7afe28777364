"""Finds entries by their words, for one actor.

Public rows are found through the index; rows of restricted records only among the records that the
actor was named to, by reading them. So neither what is found nor how long it takes tells of the rest.
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
from tocsin.access.visibility import GRANTS
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
        _entries(rows, words, asked, source)
        for source in _sources(rows, actor, words, asked.sought)
    ]
    both = union_all(*(select(one.subquery()) for one in found)).subquery()
    return select(both).order_by(both.c.seq.desc()).limit(asked.limit)


def having(
    rows: Connection, actor: Actor, words: Table, sought: Sought, id_: ColumnElement[str]
) -> ColumnElement[bool]:
    """Whether a record has the words, for queries over records of which the actor sees only some."""
    conditions = [~_has_any(words, sought, id_)] if sought.unwanted else []
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
    """Where an actor may look: among what is public, and in what they were named to."""
    public = full_text.found(rows, words, sought)
    if actor.sees_everything:
        return [public, _closed(Source(words, words, true(), words.c.seq))]
    if actor.person is None:
        return [public]
    named = select(GRANTS.c.owner).where(GRANTS.c.person == actor.person)
    return [public, _closed(full_text.among(rows, words, named))]


def _closed(source: Source) -> Source:
    """The rows of a source that are not public, as far as whoever sees the record may read them."""
    restricted = source.words.c.is_restricted.is_(True)
    condition = and_(source.condition, restricted, _readable(source.words))
    return replace(source, condition=condition)


def _readable(words: FromClause) -> ColumnElement[bool]:
    """Whether an entry may be read by whoever sees its record."""
    return words.c.audience.is_(None)


def _entries(rows: Connection, words: Table, asked: Asked, source: Source) -> Select[Any]:
    """Record by record, the newest first: as far as a page goes, where the database reads in order."""
    sought, is_sqlite = asked.sought, rows.dialect.name == "sqlite"
    hits = _hits(asked, source)
    hit = (hits if is_sqlite or not sought.wanted else _last(hits)).subquery("hit")
    owner = hit.c.owner.concat(NOTHING) if is_sqlite else hit.c.owner  # from words to records only
    chosen: Select[Any] = select(hit.c.seq, hit.c.owner)  # pyright: ignore[reportAssignmentType]
    query = chosen.select_from(hit.join(asked.records, asked.records.c.id == owner))
    query = query.where(*asked.conditions)
    if sought.wanted and is_sqlite:
        query = query.where(~_has_newer(words, sought, hit))
    if sought.unwanted:
        query = query.where(~_has_any(words, sought, hit.c.owner))
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


def _has_newer(words: Table, sought: Sought, hit: FromClause) -> ColumnElement[bool]:
    newer = words.alias("newer")
    follows = and_(newer.c.owner == hit.c.owner, newer.c.seq > hit.c.seq)
    return exists().where(follows, _readable(newer), *_all(newer, sought))


def _has_any(words: Table, sought: Sought, id_: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a record has an unwanted word, asked only for those that are reached (by the offset)."""
    other = words.alias("other")
    unwanted = or_(*(says(other, term) for term in sought.unwanted))
    query = select(other.c.seq).where(other.c.owner == id_, _readable(other), unwanted)
    return query.limit(1).offset(0).exists()
