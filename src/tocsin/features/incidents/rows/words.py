"""The words that incidents are found by: those of each entry, and always what the incident is called."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final, cast

from tocsin.access.visibility import audience_of
from tocsin.features.incidents.events import Declared, IncidentEvent
from tocsin.features.incidents.rows.tags import names_of
from tocsin.features.incidents.state import Incident
from tocsin.foundation.tokens import tokens
from tocsin.ledger.worded import Worded
from tocsin.ledger.words import Text, Words
from tocsin.storage.full_text import spelled, words_table

WORDS: Final = words_table("incident_words")

SPOKEN: Final = ("service", "region", "runbook", "change")
"""Facts that people look for as if they were words."""


def said(event: IncidentEvent) -> Iterator[str]:
    """Everything in an event that people wrote or name, in the order of its fields."""
    for field in fields(event):
        value: object = getattr(event, field.name)
        several = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
        yield from (one.value for one in several if isinstance(one, Text))
        if field.name in SPOKEN and isinstance(value, str):
            yield value


def _row(event: IncidentEvent) -> Mapping[str, Any] | None:
    """Whoever alone may read an entry stands beside its words: nobody else finds it."""
    words, is_first = spelled(_cut(said(event))), isinstance(event, Declared)
    if not words and not is_first:
        return None
    audience = audience_of(event)
    return {"words": words, "is_first": is_first, "audience": audience and audience.value}


def _cut(texts: Iterable[str]) -> Iterator[str]:
    for one in texts:
        yield from tokens(one)


def _shared(incident: Incident) -> Mapping[str, Any]:
    names = (incident.reference, _open(incident.title), incident.service, incident.team)
    head = spelled(_cut(name for name in (*names, *names_of(incident)) if name))
    return {"head": head, "is_restricted": incident.restricted_to is not None}


def _open(words: Words) -> str:
    return words.value if isinstance(words, Text) else ""


WORDED: Final = Worded[Incident, IncidentEvent](WORDS, _row, _shared)
