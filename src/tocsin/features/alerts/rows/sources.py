"""Sources as rows: who may send, and when each was last heard."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tocsin.features.alerts.events import SourceEvent
from tocsin.features.alerts.evolution import evolve
from tocsin.features.alerts.rows.tables import HEARD, SOURCES
from tocsin.features.alerts.state import Source
from tocsin.features.alerts.terms import API_SOURCE, USUAL_RATE, SourceKind
from tocsin.features.people.rows.names import names
from tocsin.ledger.aggregate import Aggregate


def _columns(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind.value,
        "key_digest": source.key_digest,
        "peer_url": source.peer_url,
        "rate": source.rate,
        "retired_at": source.retired_at,
    }


SOURCE: Final = Aggregate[Source, SourceEvent]("source", Source, evolve, SOURCES, _columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source as lists and the intake see it. Signals sent by token are of the built-in source `api`."""

    id: str
    name: str
    kind: SourceKind
    key_digest: str
    peer_url: str | None
    rate: int
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A source with how many signals it has sent and when it was last heard; None for never."""

    source: SourceRow
    signals: int
    last_at: datetime | None


API: Final = SourceRow(
    id=API_SOURCE,
    name="API",
    kind=SourceKind.PROMETHEUS,
    key_digest="",
    peer_url=None,
    rate=USUAL_RATE,
    retired_at=None,
)

SHOWN: Final = [SOURCES.c[name] for name in SourceRow.__dataclass_fields__]


def _source(row: Any) -> SourceRow:  # noqa: ANN401 - a row of SHOWN
    said: dict[str, Any] = dict(row._mapping)
    said["kind"] = SourceKind(row.kind)
    return SourceRow(**said)


def sources(rows: Connection, *, retired: bool = False) -> list[SourceRow]:
    """The sources by name, without the retired ones unless asked for."""
    query = select(*SHOWN).order_by(SOURCES.c.name, SOURCES.c.id)
    if not retired:
        query = query.where(SOURCES.c.retired_at.is_(None))
    return [_source(row) for row in rows.execute(query)]


PEERS: Final = (
    select(SOURCES.c.id)
    .where(SOURCES.c.retired_at.is_(None), SOURCES.c.peer_url.is_not(None))
    .limit(1)
)


def has_peers(rows: Connection) -> bool:
    """Whether any source in use has an API of its own."""
    return rows.scalar(PEERS) is not None


def source_by_key_digest(rows: Connection, digest: str) -> SourceRow | None:
    """The source that holds a key, unless it is retired."""
    query = select(*SHOWN).where(SOURCES.c.key_digest == digest, SOURCES.c.retired_at.is_(None))
    row = rows.execute(query).one_or_none()
    return None if row is None else _source(row)


def source_named(rows: Connection, name: str) -> str | None:
    """The id of the source in use with a name."""
    query = select(SOURCES.c.id).where(SOURCES.c.name == name, SOURCES.c.retired_at.is_(None))
    return rows.scalar(query.limit(1))


def source_names(rows: Connection) -> dict[str, str]:
    """What to call each source that was ever there, by id."""
    query = select(SOURCES.c.id, SOURCES.c.name)
    return {API.id: API.name, **{row.id: row.name for row in rows.execute(query)}}


def names_of(rows: Connection, ids: Collection[str]) -> dict[str, str]:
    """What to call whoever acted: every source, and those among the ids that are people or tokens."""
    return source_names(rows) | names(rows, ids)


def names_among(rows: Connection, ids: Collection[str]) -> dict[str, str]:
    """What to call those among the ids that are sources, people or tokens, with one look."""
    return {API.id: API.name} | names(rows, ids, SOURCES)


def health(rows: Connection) -> list[Health]:
    """Every source in use, with when it was last heard; the built-in one where it was ever heard."""
    heard = {row.source: row for row in rows.execute(select(HEARD))}
    known = [*sources(rows), *([API] if API.id in heard else [])]
    return [
        Health(
            source=source,
            signals=heard[source.id].signals if source.id in heard else 0,
            last_at=heard[source.id].last_at if source.id in heard else None,
        )
        for source in known
    ]


def hear(rows: Connection, source: str, signals: int, at: datetime) -> None:
    """Add to what was heard of a source."""
    made = {"source": source, "signals": signals, "last_at": at}
    insert = sqlite_insert if rows.dialect.name == "sqlite" else postgresql_insert
    added = insert(HEARD).values(made)
    again = {"signals": HEARD.c.signals + signals, "last_at": at}
    rows.execute(added.on_conflict_do_update(index_elements=["source"], set_=again))
