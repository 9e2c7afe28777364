"""Which events about an incident are told to the outside, and with what words of theirs. Pure."""

from collections.abc import Mapping
from typing import Final

from tocsin.access.visibility import audience_of
from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    Declared,
    Mitigated,
    Noted,
    Reopened,
    Resolved,
    SeverityChanged,
)
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Mode, NoteKind
from tocsin.features.notices.state import Subscriber
from tocsin.features.notices.terms import Happening
from tocsin.ledger.event import kinds
from tocsin.ledger.words import Words

TOLD: Final[dict[type, Happening]] = {
    Declared: Happening.DECLARED,
    Acknowledged: Happening.ACKNOWLEDGED,
    SeverityChanged: Happening.SEVERITY_CHANGED,
    Noted: Happening.STATUS_UPDATE,
    Mitigated: Happening.MITIGATED,
    Resolved: Happening.RESOLVED,
    Closed: Happening.CLOSED,
    Reopened: Happening.REOPENED,
}

KINDS: Final = frozenset(kind.name for kind in kinds() if kind.made in TOLD)


def happening(event: object) -> Happening | None:
    """What of an incident's life this is; None where nobody outside is told of it."""
    if isinstance(event, Noted) and event.kind is not NoteKind.STATUS_UPDATE:
        return None
    if audience_of(event) is not None:
        return None
    return TOLD.get(type(event))


def is_for_outside(incident: Incident) -> bool:
    """Whether the outside is told of an incident at all."""
    return may_be_told(incident.mode, is_restricted=incident.restricted_to is not None)


def may_be_told(mode: Mode, *, is_restricted: bool) -> bool:
    """Only what is live is news outside: no exercise, nothing in retrospect, nothing restricted."""
    return mode is Mode.LIVE and not is_restricted


def wanting(
    listening: Mapping[str, Subscriber], happening: Happening, severity: int, seq: int
) -> dict[str, Subscriber]:
    """Those of the subscribers who want to be told of an entry, by id."""
    return {id_: one for id_, one in listening.items() if one.wants(happening, severity, seq)}


def words(event: object) -> Words | None:
    """What was written for others to read. Reasons and findings stay inside."""
    return event.text if isinstance(event, Noted) else None
