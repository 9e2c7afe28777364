"""What somebody saw when a form was made, so that no form overwrites what its sender never saw.

A form carries a sealed tag of the one value that it is about: a note written meanwhile is in nobody's
way. Nothing dense stands in a tag, and none says anything to anybody but its viewer.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from tocsin.access.work import Look, UnitOfWork
from tocsin.api.sealed import Seal, seal_of
from tocsin.features.incidents.commands import Seen
from tocsin.features.incidents.state import Incident
from tocsin.ledger.words import shown
from tocsin.web.forms import text

BASE: Final = "base"
"""The field that holds the tag."""

VALUES: Final[Mapping[str, Callable[[Incident], str]]] = {
    "severity": lambda it: str(it.severity),
    "phase": lambda it: f"{it.phase.value} since {it.phase_since.isoformat()}",
    "commander": lambda it: it.commander or "",
    "title": lambda it: shown(it.title),
}


def tags(look: Look, incident: Incident) -> dict[str, str]:
    """What a form about each value carries."""
    seal = seal_of(look)
    return {what: _tag(seal, what, incident) for what in VALUES}


def as_seen(work: UnitOfWork, what: str, fields: Mapping[str, Any]) -> Seen | None:
    """Whether a value still is what the sender of a form saw; None for a form that does not say."""
    base, seal = text(fields, BASE), seal_of(work)
    if not base:
        return None
    return lambda incident: _tag(seal, what, incident) == base


def _tag(seal: Seal, what: str, incident: Incident) -> str:
    value = sha256(VALUES[what](incident).encode()).digest()
    return seal.close(f"seen {what} of {incident.reference}", value)
