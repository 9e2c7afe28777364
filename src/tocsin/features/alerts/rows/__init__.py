"""The only SQL of alerts: tables, queries, and what the intake and the jobs write.

Everyone reads alerts through the functions here. `number` never leaves this package but to the intake.
"""

from tocsin.features.alerts.rows.journal import inclusion_of
from tocsin.features.alerts.rows.kept import (
    ChangeTold,
    DeadLetter,
    changes,
    dead_letter,
    dead_letters,
    mark_replayed,
    signal_body,
    waiting_letters,
)
from tocsin.features.alerts.rows.leaving import close, expire, generation, move_generation
from tocsin.features.alerts.rows.occurrences import (
    News,
    Occurrence,
    Wanted,
    by_ids,
    firing,
    firing_count,
    listed,
    news,
    of_incident,
    one,
)
from tocsin.features.alerts.rows.sources import (
    SOURCE,
    Health,
    SourceRow,
    has_peers,
    health,
    names_among,
    names_of,
    source_by_key_digest,
    source_named,
    source_names,
    sources,
)
from tocsin.features.alerts.rows.tables import ALERTS, CHANGE_EVENTS, DEAD_LETTERS, NEWS, SEEN

__all__ = [
    "ALERTS",
    "CHANGE_EVENTS",
    "DEAD_LETTERS",
    "NEWS",
    "SEEN",
    "SOURCE",
    "ChangeTold",
    "DeadLetter",
    "Health",
    "News",
    "Occurrence",
    "SourceRow",
    "Wanted",
    "by_ids",
    "changes",
    "close",
    "dead_letter",
    "dead_letters",
    "expire",
    "firing",
    "firing_count",
    "generation",
    "has_peers",
    "health",
    "inclusion_of",
    "listed",
    "mark_replayed",
    "move_generation",
    "names_among",
    "names_of",
    "news",
    "of_incident",
    "one",
    "signal_body",
    "source_by_key_digest",
    "source_named",
    "source_names",
    "sources",
    "waiting_letters",
]
