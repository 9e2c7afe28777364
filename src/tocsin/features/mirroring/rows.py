"""Silences at peers as rows: ours, the peer's own, and when each peer was last looked at."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Index, Select, Table, Text, bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tocsin.access.work import Look
from tocsin.features.alerts import rows as alert_rows
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.incidents.rows import INCIDENTS, LINKED
from tocsin.features.mirroring.events import MirrorEvent, PeerSilenceEvent
from tocsin.features.mirroring.evolution import evolve, evolve_peer
from tocsin.features.mirroring.rules.fitting import fits
from tocsin.features.mirroring.state import Mirrored, PeerSilence
from tocsin.features.mirroring.terms import AUTHOR, Drift, MirrorState, Told
from tocsin.features.silences import rows as silences
from tocsin.ledger import words
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.storage.columns import METADATA, Instant

MIRRORED: Final = state_table(
    "mirroring",
    Column("incident", Text, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("silence", Text, index=True),
    Column("stands", Text, nullable=False),
    Index("mirroring_by_key", "source", "key"),
)

PEER_SILENCES: Final = state_table(
    "peer_silence",
    Column("source", Text, nullable=False),
    Column("is_live", Boolean, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index("peer_silence_by_source", "source", "is_live"),
)

WATCHED: Final = Table(
    "peer_watched",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("reached_at", Instant),
    Column("word", Text, nullable=False),
)
"""When each peer was last asked for its silences, and how that went."""


def _mirrored(mirrored: Mirrored) -> dict[str, Any]:
    return {
        "incident": mirrored.incident,
        "source": mirrored.source,
        "key": mirrored.key,
        "silence": mirrored.silence,
        "stands": mirrored.state.value,
    }


def _peer(silence: PeerSilence) -> dict[str, Any]:
    return {"source": silence.source, "is_live": silence.is_live, "ends_at": silence.ends_at}


MIRRORING: Final = Aggregate[Mirrored, MirrorEvent](
    "mirroring", Mirrored, evolve, MIRRORED, _mirrored
)

PEER_SILENCE: Final = Aggregate[PeerSilence, PeerSilenceEvent](
    "peer_silence", PeerSilence, evolve_peer, PEER_SILENCES, _peer
)


IN_HAND: Final = "Its incident is in hand."


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """That an alert is silenced somewhere: where, by whom, why, until when, and what is odd about it.

    `where` is None for here, else the name of the source. `drift` is how the monitor disagrees with us.
    """

    alert: str
    where: str | None
    by: str
    comment: str
    until: datetime
    is_ours: bool
    drift: Drift | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """When a peer was last asked, when it last answered, and a sentence about it."""

    at: datetime
    reached_at: datetime | None
    word: str


LASTING: Final = (
    select(MIRRORED.c.id, MIRRORED.c.state)
    .where(MIRRORED.c.stands != MirrorState.ENDED)
    .order_by(MIRRORED.c.id)
)
OF_INCIDENT: Final = LASTING.where(MIRRORED.c.incident == bindparam("sought"))
OF_SOURCE: Final = LASTING.where(MIRRORED.c.source == bindparam("sought"))


def of_incident(rows: Connection, incident: str) -> list[tuple[str, Mirrored]]:
    """Our silences for an incident that are not over, by id."""
    return _ours(rows, OF_INCIDENT, incident)


def of_source(rows: Connection, source: str) -> list[tuple[str, Mirrored]]:
    """Our silences at the peer of a source that are not over, by id."""
    return _ours(rows, OF_SOURCE, source)


def _ours(rows: Connection, query: Select[Any, Any], sought: str) -> list[tuple[str, Mirrored]]:
    found = rows.execute(query, {"sought": sought}).all()
    return [(row.id, MIRRORING.decode(row.state)) for row in found]


def own_silences(rows: Connection, told: Collection[str]) -> set[str]:
    """Those of the ids a peer told of that are ours, for whichever source: two may share a peer."""
    some = occurrences.chunks(list(told))
    found = [
        rows.scalars(select(MIRRORED.c.silence).where(MIRRORED.c.silence.in_(ids))) for ids in some
    ]
    return {str(silence) for ids in found for silence in ids}


def live_at_peer(rows: Connection, source: str) -> dict[str, PeerSilence]:
    """The silences that a peer has of its own, by its ids for them."""
    query = select(PEER_SILENCES.c.state).where(
        PEER_SILENCES.c.source == source, PEER_SILENCES.c.is_live.is_(True)
    )
    found = [PEER_SILENCE.decode(kept) for kept in rows.scalars(query)]
    return {silence.silence: silence for silence in found}


def silent_there(rows: Connection, source: str, told: Sequence[Told]) -> list[Occurrence]:
    """The firing alerts of a source that a silence at its Alertmanager matches.

    Only where that Alertmanager is who tells us of them: then it tells nobody when they are over.
    """
    kinds = {one.id: one.kind for one in alert_rows.sources(rows)}
    if not told or kinds.get(source) is not SourceKind.ALERTMANAGER:
        return []
    found = occurrences.firing(rows, lambda labels: any(fits(one.matchers, labels) for one in told))
    return [alert for alert in found if alert.source == source]


def incident_of_alert(rows: Connection, alert: str) -> list[str]:
    """The incidents that an alert is linked to."""
    return list(rows.scalars(select(LINKED.c.owner).where(LINKED.c.alert == alert)))


def has_peers(rows: Connection) -> bool:
    """Whether there is anybody to mirror to."""
    return alert_rows.has_peers(rows)


def peers(rows: Connection) -> dict[str, str]:
    """The addresses of the peers' APIs, by source."""
    found = alert_rows.sources(rows)
    return {source.id: source.peer_url.rstrip("/") for source in found if source.peer_url}


def watch(rows: Connection, source: str, at: datetime, *, reached: bool, word: str) -> None:
    """Remember how asking a peer went."""
    insert = sqlite_insert if rows.dialect.name == "sqlite" else postgresql_insert
    said: dict[str, Any] = {"at": at, "word": word} | ({"reached_at": at} if reached else {})
    added = insert(WATCHED).values(source=source, **said)
    rows.execute(added.on_conflict_do_update(index_elements=["source"], set_=said))


def watched(rows: Connection) -> dict[str, Watched]:
    """How asking each peer went, by source."""
    found = rows.execute(select(WATCHED)).all()
    return {
        row.source: Watched(at=row.at, reached_at=row.reached_at, word=row.word) for row in found
    }


def of_alerts(look: Look, alerts: Sequence[Occurrence]) -> list[Silenced]:
    """What silences these alerts: here, at their monitors by others, and there by us."""
    now = look.ledger.clock()
    names = alert_rows.source_names(look.rows)
    return [
        *_here(look, alerts, now),
        *_there(look, alerts, now, names),
        *_by_us(look, alerts, names),
    ]


def _here(look: Look, alerts: Sequence[Occurrence], now: datetime) -> list[Silenced]:
    held = silences.active(look.rows, now)
    return [
        Silenced(
            alert=alert.id,
            where=None,
            by=words.shown(kept.silence.created_by),
            comment=words.shown(kept.silence.comment),
            until=kept.silence.ends_at,
            is_ours=False,
        )
        for alert in alerts
        for kept in silences.matching(held, alert.labels)
    ]


def _there(
    look: Look, alerts: Sequence[Occurrence], now: datetime, names: dict[str, str]
) -> list[Silenced]:
    found: list[Silenced] = []
    for source in sorted({alert.source for alert in alerts}):
        for silence in live_at_peer(look.rows, source).values():
            if not silence.starts_at <= now < silence.ends_at:
                continue
            found += [
                Silenced(
                    alert=alert.id,
                    where=names.get(source, source),
                    by=words.shown(silence.created_by),
                    comment=words.shown(silence.comment),
                    until=silence.ends_at,
                    is_ours=False,
                )
                for alert in alerts
                if alert.source == source and fits(silence.matchers, alert.labels)
            ]
    return found


def _by_us(look: Look, alerts: Sequence[Occurrence], names: dict[str, str]) -> list[Silenced]:
    """Ours, as far as the incident behind it may be known to the actor."""
    by_key: dict[tuple[str, str], list[str]] = {}
    for alert in alerts:
        by_key.setdefault((alert.source, alert.key), []).append(alert.id)
    query = select(MIRRORED.c.state).where(
        MIRRORED.c.source.in_([source for source, _ in by_key]),
        MIRRORED.c.key.in_([key for _, key in by_key]),
        MIRRORED.c.stands.in_([MirrorState.HELD, MirrorState.LIFTING, MirrorState.DRIFTED]),
    )
    ours = [MIRRORING.decode(kept) for kept in look.rows.scalars(query.order_by(MIRRORED.c.id))]
    seen = _visible(look, {mirrored.incident for mirrored in ours})
    return [
        Silenced(
            alert=alert,
            where=names.get(mirrored.source, mirrored.source),
            by=AUTHOR,
            comment=words.shown(mirrored.reason, otherwise=IN_HAND),
            until=mirrored.ends_at,
            is_ours=True,
            drift=mirrored.drift,
        )
        for mirrored in ours
        if mirrored.incident in seen
        for alert in by_key.get((mirrored.source, mirrored.key), ())
    ]


def _visible(look: Look, incidents: set[str]) -> set[str]:
    query = select(INCIDENTS.c.id).where(INCIDENTS.c.id.in_(incidents))
    return {str(row.id) for row in look.rows.execute(look.only_visible(INCIDENTS, query))}
