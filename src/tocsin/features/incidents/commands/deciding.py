"""What every command about an incident shares: find, decide, record, answer."""

from collections.abc import Callable
from dataclasses import dataclass

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.incidents import lifecycle, rows
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.state import Incident
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text, Words

Seen = Callable[[Incident], bool]
"""Whether an incident still is as somebody saw it, in the one value that their change is about."""

Expected = int | Seen | None
"""What a change is based on: a version, or what was seen. What it finds done already is no conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An incident with the version that its last entry brought it to."""

    id: str
    version: int
    incident: Incident

    @property
    def open_version(self) -> int:
        """What a change may be made conditional on: no entry for an audience alone counts."""
        return self.version - self.incident.asides


def decided(
    work: UnitOfWork,
    reference: str,
    decide: Callable[[Incident], lifecycle.Decision],
    *,
    expected: Expected = None,
) -> Shown:
    """Load, decide, record and answer, in one change."""
    with work.change(Permission.RESPOND) as change:
        return recorded(change, reference, decide, expected)


def recorded(
    change: WorkChange,
    reference: str,
    decide: Callable[[Incident], lifecycle.Decision],
    expected: Expected,
) -> Shown:
    """Decide and record, in a change under way. Refuses `changed_meanwhile`."""
    shown = find(change, reference)
    if change.earlier is not None:
        return shown
    if isinstance(expected, int) and expected != shown.open_version:
        raise _changed_meanwhile()
    events = decide(shown.incident)
    if events and not _is_as_seen(shown.incident, expected):
        raise _changed_meanwhile()
    after = change.record(INCIDENT, shown.id, events) if events else shown.incident
    change.concerns(after.reference)
    return Shown(id=shown.id, version=shown.version + len(events), incident=after)


def _is_as_seen(incident: Incident, expected: Expected) -> bool:
    return expected is None or isinstance(expected, int) or expected(incident)


def _changed_meanwhile() -> Refused:
    return Refused("changed_meanwhile", "Somebody changed this incident meanwhile. Look again.")


def find(where: WorkChange | Look, reference: str) -> Shown:
    """One incident by its reference, within a look or a change under way."""
    id_ = rows.id_of(where, reference)
    if id_ is None:
        raise unknown(reference)
    try:
        incident, version = where.load_versioned(INCIDENT, id_)
    except Refused:
        raise unknown(reference) from None
    return Shown(id=id_, version=version, incident=incident)


def unknown(reference: str) -> Refused:
    """What may not be seen is not there."""
    return Refused(
        "unknown_incident", phrase("There is no incident %(reference)s.", reference=reference)
    )


def words(text: str | None) -> Words | None:
    """Words to be sealed, or None where nothing was said."""
    return Text(text.strip()) if text and text.strip() else None


def needed(text: str) -> Words:
    """Words that must be there. Refuses `reason_missing`."""
    if not text.strip():
        raise Refused("reason_missing", "Say why, in a few words.")
    return Text(text.strip())
