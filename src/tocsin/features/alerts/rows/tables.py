"""The tables of alerts: plain, committed before a sender is answered. The ledger holds their proof."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from tocsin.ledger.aggregate import state_table
from tocsin.ledger.tables import BigKey
from tocsin.storage.columns import METADATA, Instant

SOURCES: Final = state_table(
    "source",
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key_digest", Text, nullable=False, index=True),
    Column("peer_url", Text),
    Column("rate", Integer, nullable=False),
    Column("retired_at", Instant),
)

ALERTS: Final = Table(
    "alert",
    METADATA,
    Column("number", BigKey, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", Text),
    Column("service", Text),
    Column("team", Text),
    Column("group_key", Text),
    Column("labels", Text, nullable=False),
    Column("annotations", Text, nullable=False),
    Column("link", Text),
    Column("starts_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Text),
    Column("closed_at", Instant),
    Column("actionability", Text),
    Column("signal", Text),
    Column("left", BigInteger, index=True),
    Index(
        "alert_firing",
        "source",
        "key",
        unique=True,
        sqlite_where=text("state = 'firing'"),
        postgresql_where=text("state = 'firing'"),
    ),
    Index(
        "alert_over",
        "source",
        "key",
        "id",
        sqlite_where=text("state <> 'firing'"),
        postgresql_where=text("state <> 'firing'"),
    ),
    Index("alert_by_state", "state", "id"),
    sqlite_autoincrement=True,
)
"""One row for each occurrence. `number` never leaves the database; `id` is what the world sees.

`state` is firing, resolved (the sender said so), expired (its end passed) or closed (by a person).
At most one occurrence of a key fires at a time: the index sees to it, whoever writes. `signal` is the
kept body that opened it. `left` is the generation at which it left firing. What is over is found by
its key too; that index costs nothing until an alert leaves firing.
"""

SEEN: Final = Table(
    "alert_seen",
    METADATA,
    Column("alert", BigKey, primary_key=True, autoincrement=False),
    Column("signals", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("is_over", Boolean, nullable=False, default=False),
    Index("alert_ending", "is_over", "ends_at"),
)
"""How often an alert was heard, when last, and when it is over. Narrow: it changes all the time."""

JOURNAL: Final = Table(
    "alert_journal",
    METADATA,
    Column("number", BigKey, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("repeats", LargeBinary, nullable=False),
    Column("digests", LargeBinary, nullable=False),
    Column("sources", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""One row for each commit of the intake: which alerts were heard again, and the digests of the bodies.

One leased job folds it into the proof of detection and into tallies, then removes it.
"""

TALLIES: Final = Table(
    "alert_tally",
    METADATA,
    Column("number", BigKey, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("shelf", BigInteger, nullable=False, index=True),
    Column("heard", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""What the journal said of some alerts, folded together and waiting to be added to `alert_seen`.

A shelf is a span of alert numbers: what waits for one shelf is added in one small transaction, so that
nobody waits long for the lock, and an alert that is heard every second is not written every second.
"""

RECEIVED: Final = Table(
    "signals_received",
    METADATA,
    Column("number", BigKey, primary_key=True, autoincrement=True),
    Column("seq", BigInteger, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False, index=True),
    Column("digests", LargeBinary, nullable=False),
)
"""The digests of the bodies behind one `signals.received` in the ledger, in order, 32 bytes each."""

HEARD: Final = Table(
    "source_heard",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("signals", BigInteger, nullable=False),
    Column("last_at", Instant, nullable=False),
)
"""How many signals a source has sent, and when it was last heard."""

NEWS: Final = Table(
    "alert_news",
    METADATA,
    Column("number", BigKey, primary_key=True, autoincrement=True),
    Column("alert", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
"""What happened to alerts and no rule has looked at yet: opened, changed, acknowledged, over.

Written with the alert; whoever acts on it removes it in the same transaction.
"""

GENERATION: Final = Table(
    "alert_generation",
    METADATA,
    Column("only", Integer, primary_key=True),
    Column("generation", BigInteger, nullable=False),
)
"""Rises whenever an alert leaves firing or a source changes: what processes remember is stale then."""

SIGNAL_KEYS: Final = Table(
    "signal_key",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
)
"""The key that bodies of one source and one day are sealed under, wrapped. Without it they are gone."""

SIGNALS: Final = Table(
    "signal",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("source", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""Bodies that brought something new, sealed."""

DEAD_LETTERS: Final = Table(
    "dead_letter",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("source", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("replayed_at", Instant),
    Column("replayed_by", Text),
    Index("dead_letter_waiting", "replayed_at", "id"),
)
"""What could not be read, or not all of it, with the reason; nothing is dropped in silence."""

CHANGE_EVENTS: Final = Table(
    "change_event",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("occurred_at", Instant, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("annotations", Text, nullable=False),
    Column("link", Text),
)
"""What monitors and pipelines told of changes made (deployments and the like). They wake nobody."""
