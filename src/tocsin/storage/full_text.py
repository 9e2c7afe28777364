"""Finds rows by their words: SQLite's FTS5 or PostgreSQL's GIN, behind the same few functions.

A table of words has its text ready cut: words with one space before and after each. The engines only
narrow down which rows come into question; the text itself decides, so both databases find the same.
Triggers and the database keep the index in step with the rows: nobody who writes rows can forget it.
Only rows that are open to everybody stand in it, so no search takes longer for what is hidden.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Index,
    Integer,
    Select,
    Table,
    Text,
    and_,
    cast,
    column,
    event,
    literal,
    literal_column,
    select,
    table,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from tocsin.foundation.seeking import Sought
from tocsin.foundation.tokens import Term
from tocsin.storage.columns import METADATA

MOST_BYTES: Final = 200_000
"""So much of one row's words is kept: PostgreSQL takes no more than a megabyte with its places."""

NARROWING: Final = 16
"""So many words are looked up in the index; whether the rest is there as well, the text says."""

AT_ONCE: Final = 100
LOOKED_FOR_AT_ONCE: Final = 200
VECTOR: Final = (
    "array_to_tsvector(array_remove(string_to_array({it}head || {it}words, ' '::text), ''::text))"
)
PUBLIC: Final = "audience IS NULL AND is_restricted IS FALSE"

SQLITE: Final = (
    (
        "CREATE VIRTUAL TABLE {it}_index USING fts5("
        "found, content='', columnsize=0, detail=none, tokenize='ascii', prefix='2 3')"
    ),
    "CREATE TRIGGER {it}_comes AFTER INSERT ON {it} BEGIN {begins} END",
    "CREATE TRIGGER {it}_goes AFTER DELETE ON {it} BEGIN {ends} END",
    "CREATE TRIGGER {it}_turns AFTER UPDATE ON {it} BEGIN {ends} {begins} END",
)
TRIGGERS: Final = ("comes", "goes", "turns")
BEGINS: Final = (
    "INSERT INTO {it}_index(rowid, found) SELECT new.seq, new.head || new.words"
    " WHERE new.audience IS NULL AND NOT new.is_restricted;"
)
ENDS: Final = (
    "INSERT INTO {it}_index({it}_index, rowid, found)"
    " SELECT 'delete', old.seq, old.head || old.words"
    " WHERE old.audience IS NULL AND NOT old.is_restricted;"
)


def words_table(name: str) -> Table:
    """A table of words: one row for an entry, all rows of one `owner` with the same `head`.

    `head` has the words that the owner is always found by, `words` those of the entry. `audience` is
    whoever alone may read the entry, `is_restricted` whether the owner is closed to all but the named.
    """
    number = BigInteger().with_variant(Integer, "sqlite")
    is_first, is_public, is_aside = text("is_first"), text(PUBLIC), text("audience IS NOT NULL")
    made = Table(
        name,
        METADATA,
        Column("seq", number, primary_key=True, autoincrement=False),
        Column("owner", Text, nullable=False),
        Column("is_first", Boolean, nullable=False),
        Column("audience", Text),
        Column("is_restricted", Boolean, nullable=False),
        Column("head", Text, nullable=False),
        Column("words", Text, nullable=False),
        Index(f"{name}_by_owner", "owner", "seq"),
        Index(f"{name}_of_first", "seq", postgresql_where=is_first, sqlite_where=is_first),
        Index(
            f"{name}_of_audience",
            "audience",
            "seq",
            postgresql_where=is_aside,
            sqlite_where=is_aside,
        ),
        Index(
            f"{name}_found",
            text(VECTOR.format(it="")),
            postgresql_using="gin",
            postgresql_where=is_public,
            postgresql_with={"fastupdate": "off"},
        ).ddl_if(dialect="postgresql"),
    )
    event.listen(made, "after_create", _index)
    return made


def _index(words: Table, rows: Connection, **_: object) -> None:
    """Make the index of SQLite and the triggers that keep it; PostgreSQL has it with the table."""
    if rows.dialect.name == "sqlite":
        begins, ends = (one.format(it=words.name) for one in (BEGINS, ENDS))
        for template in SQLITE:
            rows.exec_driver_sql(template.format(it=words.name, begins=begins, ends=ends))


def spelled(words: Iterable[str]) -> str:
    """Words as a row has them; those that are too many are left out."""
    kept: list[str] = []
    left = MOST_BYTES
    for word in words:
        left -= len(word.encode()) + 1
        if left < 0:
            break
        kept.append(word)
    return f" {' '.join(kept)} " if kept else ""


class _Place(FunctionElement[int]):
    """Where one text stands in another; 0 where it does not."""

    type = Integer()
    inherit_cache = True


@compiles(_Place, "sqlite")
def _in_sqlite(place: _Place, compiler: SQLCompiler, **given: Any) -> str:
    return f"instr({compiler.process(place.clauses, **given)})"


@compiles(_Place, "postgresql")
def _in_postgresql(place: _Place, compiler: SQLCompiler, **given: Any) -> str:
    return f"strpos({compiler.process(place.clauses, **given)})"


def says(words: FromClause, term: Term) -> ColumnElement[bool]:
    """Whether a row has a term, in its head or among its own words."""
    return _Place(words.c.head + words.c.words, literal(term.spelled)) > 0


@dataclass(frozen=True)
class Source:
    """Where rows are found: what is selected from, the words in it, a condition, and their `seq`."""

    rows: FromClause
    words: FromClause
    condition: ColumnElement[bool]
    seq: ColumnElement[int]


def found(rows: Connection, words: Table, sought: Sought) -> Source:
    """The public rows that come into question, to be read in the order of their `seq`."""
    is_public, looked_up = public(words), _looked_up(sought.wanted)
    if not looked_up:
        return Source(words, words, is_public, words.c.seq)
    if rows.dialect.name == "sqlite":
        index = table(f"{words.name}_index", column("rowid", Integer))
        asked = " AND ".join(f'"{token}"{"*" * is_open}' for token, is_open in looked_up)
        matches = literal_column(index.name).op("MATCH", is_comparison=True)(literal(asked))
        joined = index.join(words, words.c.seq == index.c.rowid)
        return Source(joined, words, and_(is_public, matches), index.c.rowid)
    asked = " & ".join(f"'{token}'{':*' * is_open}" for token, is_open in looked_up)
    vector = literal_column(VECTOR.format(it=f"{words.name}."), TSVECTOR)
    matches = vector.op("@@", is_comparison=True)(cast(asked, TSQUERY))
    return Source(words, words, and_(is_public, matches), words.c.seq)


def among(rows: Connection, words: Table, owners: Select[Any]) -> Source:
    """All rows of some owners (their column is `owner`), read one by one: the rest takes no time."""
    if rows.dialect.name == "sqlite":
        return Source(words, words, words.c.owner.in_(owners), words.c.seq)
    named = owners.offset(0).subquery("named")
    theirs = select(words).where(words.c.owner == named.c.owner).offset(0).lateral("theirs")
    return Source(named.join(theirs, true()), theirs, true(), theirs.c.seq)


def public(words: FromClause) -> ColumnElement[bool]:
    """Rows that are open to everybody who may see anything: those that stand in the index."""
    return and_(words.c.audience.is_(None), words.c.is_restricted.is_(False))


def _looked_up(terms: Iterable[Term]) -> list[tuple[str, bool]]:
    """The words to look up, the longest first, each with whether it may go on."""
    each = {
        (token, term.is_prefix and at == len(term.tokens) - 1)
        for term in terms
        for at, token in enumerate(term.tokens)
    }
    return sorted(each, key=lambda one: (-len(one[0]), one))[:NARROWING]


def purge(rows: Connection, words: Table) -> None:
    """Take words out of the index for good that are in no row any more."""
    if rows.dialect.name == "sqlite":
        index = table(f"{words.name}_index", column(f"{words.name}_index"))
        rows.execute(index.insert().values({index.name: "optimize"}))


def clear(rows: Connection, words: Table) -> None:
    """Empty the table, and make its index anew: one that is damaged takes no orders."""
    if rows.dialect.name != "sqlite":
        rows.execute(words.delete())
        return
    for name in TRIGGERS:
        rows.exec_driver_sql(f"DROP TRIGGER IF EXISTS {words.name}_{name}")
    rows.exec_driver_sql(f"DROP TABLE IF EXISTS {words.name}_index")
    rows.execute(words.delete())
    _index(words, rows)


def lost(rows: Connection, words: Table, owner: str, after: int) -> tuple[int | None, bool]:
    """Whether one of an owner's next entries after a place is not found by its own words.

    Answers the last place looked at, None at the end, and whether one is lost. PostgreSQL loses none.
    """
    if rows.dialect.name != "sqlite":
        return None, False
    name = words.name
    query = f"SELECT 1 FROM {name}_index WHERE {name}_index MATCH ? AND rowid = ?"  # noqa: S608 - our name
    mine = select(words).where(words.c.owner == owner, words.c.seq > after, public(words))
    some = rows.execute(mine.order_by(words.c.seq).limit(LOOKED_FOR_AT_ONCE)).all()
    is_lost = any(
        rows.exec_driver_sql(query, (asked, row.seq)).first() is None
        for row in some
        for asked in _all_of(row.head + row.words)
    )
    return (some[-1].seq if some else None), is_lost


def _all_of(said: str) -> Iterator[str]:
    """All words of a row, as many at once as FTS5 takes."""
    each = sorted(set(said.split()))
    for start in range(0, len(each), AT_ONCE):
        yield " AND ".join(f'"{word}"' for word in each[start : start + AT_ONCE])
