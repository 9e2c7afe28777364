"""Making a file that has come part of an incident's record, or recording why it is not kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.evidence import rows
from tocsin.features.evidence.commands.admitting import Desk, admit
from tocsin.features.evidence.commands.filing import Filed
from tocsin.features.evidence.commands.reading import scanned
from tocsin.features.evidence.port import Terms
from tocsin.features.evidence.rules.names import harmless
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands import Shown, recorded, words
from tocsin.features.incidents.events import EvidenceAttached, EvidenceRefused
from tocsin.features.incidents.state import Evidence, Incident
from tocsin.features.incidents.terms import DataClass, EvidenceKind
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text

LONGEST_DESCRIPTION: Final = 500
LONGEST_SOURCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of a file by whoever attaches it."""

    name: str
    data_class: DataClass = DataClass.INTERNAL
    description: str | None = None
    kind: EvidenceKind = EvidenceKind.FILE
    source: str | None = None
    began: datetime | None = None
    ended: datetime | None = None


def attach(
    work: UnitOfWork, terms: Terms, reference: str, filed: Filed, about: About
) -> tuple[Shown, Evidence]:
    """Have a file scanned, and make it part of the record. Refuses `infected`, `too_much_evidence`."""
    try:
        verdict = None if terms.scan is None else scanned(work.ledger, terms.scan, filed.id)
        if verdict is not None and verdict.finding is not None:
            _refused(work, reference, filed, about, verdict.finding)
        is_scanned = None if terms.scan is None else verdict is not None
        return _attached(work, terms, reference, filed, _event(filed, about, is_scanned=is_scanned))
    except BaseException:
        Desk(work.ledger, "", 0).drop(filed.id)
        raise


def attach_text(
    work: UnitOfWork, terms: Terms, reference: str, text: str, about: About
) -> tuple[Shown, Evidence]:
    """Keep an excerpt of a chat or a log as a text file of the record. Refuses `text_missing`."""
    if not text.strip():
        raise Refused("text_missing", "Paste what was said or logged.")
    filing = admit(work, terms, reference).begin()
    try:
        filing.add(text.encode())
        filed = filing.end()
    except BaseException:
        filing.drop()
        raise
    return attach(work, terms, reference, filed, about)


def _attached(
    work: UnitOfWork, terms: Terms, reference: str, filed: Filed, event: EvidenceAttached
) -> tuple[Shown, Evidence]:
    def decide(incident: Incident) -> lifecycle.Decision:
        _must_not_lie_ahead(event, change.now)
        return lifecycle.attach(incident, event, terms.limits.incident_bytes)

    with work.change(Permission.RESPOND) as change:
        done = recorded(change, reference, decide, None)
        _kept(change, filed, waits=event.is_scanned is False)
    same = [file for file in done.incident.evidence if file.sha256 == filed.sha256]
    if not same:
        raise Refused("unknown_attachment", "This file is not kept.")
    return done, next((file for file in same if file.id == filed.id), same[-1])


def _kept(change: WorkChange, filed: Filed, *, waits: bool) -> None:
    """Keep the bytes with what was recorded; what the same request brought before is not kept twice."""
    if change.earlier is not None:
        rows.destroy(change.rows, filed.id)
    elif not rows.keep(change.rows, filed.id, filed.size, waits=waits):
        raise Refused("upload_too_slow", "The file took too long. Send it again.")


def _event(filed: Filed, about: About, *, is_scanned: bool | None) -> EvidenceAttached:
    return EvidenceAttached(
        attachment=filed.id,
        sha256=filed.sha256,
        size=filed.size,
        media_type=filed.media_type,
        kind=about.kind,
        data_class=about.data_class,
        is_scanned=is_scanned,
        name=Text(harmless(about.name)),
        description=words((about.description or "")[:LONGEST_DESCRIPTION]),
        source=words((about.source or "")[:LONGEST_SOURCE]),
        began=about.began,
        ended=about.ended,
    )


def _must_not_lie_ahead(event: EvidenceAttached, now: datetime) -> None:
    lifecycle.must_have_been(event.began, now)
    lifecycle.must_have_been(event.ended, now)


def _refused(work: UnitOfWork, reference: str, filed: Filed, about: About, finding: str) -> None:
    """Record that a file is not kept, and why; then refuse it."""
    name = harmless(about.name)
    event = EvidenceRefused(
        attachment=filed.id,
        sha256=filed.sha256,
        size=filed.size,
        media_type=filed.media_type,
        name=Text(name),
        finding=Text(finding),
    )
    with work.change(Permission.RESPOND) as change:
        recorded(change, reference, lambda _: [event], None)
        rows.destroy(change.rows, filed.id)
    raise Refused("infected", f"{name} is not kept: the scanner found {finding}.")
