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
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A file that has come, what is said of it, and what the scanner says.

    `is_scanned` as in `EvidenceAttached`; with a `finding` it will not be kept.
    """

    filed: Filed
    about: About
    is_scanned: bool | None
    finding: str | None


def judge(ledger: Ledger, terms: Terms, filed: Filed, about: About) -> Judged:
    """Have a file scanned: before the change that makes it part of a record, for that may take long."""
    if terms.scan is None:
        return Judged(filed=filed, about=about, is_scanned=None, finding=None)
    verdict = scanned(ledger, terms.scan, filed.id)
    finding = None if verdict is None else verdict.finding
    return Judged(filed=filed, about=about, is_scanned=verdict is not None, finding=finding)


def attach(
    work: UnitOfWork, terms: Terms, reference: str, filed: Filed, about: About
) -> tuple[Shown, Evidence]:
    """Have a file scanned, and make it part of the record. Refuses `infected`, `too_much_evidence`."""
    try:
        judged = judge(work.ledger, terms, filed, about)
        if judged.finding is not None:
            _refused(work, reference, judged, judged.finding)
        return _attached(work, terms, reference, judged)
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


def attach_in(change: WorkChange, terms: Terms, reference: str, judged: Judged) -> Shown:
    """Attach a file within a change under way; one with a finding is not kept, and that is recorded."""
    if judged.finding is not None:
        return _not_kept(change, reference, judged, judged.finding)
    event = _event(judged)

    def decide(incident: Incident) -> lifecycle.Decision:
        _must_not_lie_ahead(event, change.now)
        return lifecycle.attach(incident, event, terms.limits.incident_bytes)

    done = recorded(change, reference, decide, None)
    _kept(change, judged.filed, done.id, waits=event.is_scanned is False)
    return done


def _attached(
    work: UnitOfWork, terms: Terms, reference: str, judged: Judged
) -> tuple[Shown, Evidence]:
    filed = judged.filed
    with work.change(Permission.RESPOND) as change:
        done = attach_in(change, terms, reference, judged)
    same = [file for file in done.incident.evidence if file.sha256 == filed.sha256]
    if not same:
        raise Refused("unknown_attachment", "This file is not kept.")
    return done, next((file for file in same if file.id == filed.id), same[-1])


def _kept(change: WorkChange, filed: Filed, owner: str, *, waits: bool) -> None:
    """Keep the bytes with what was recorded; what the same request brought before is not kept twice."""
    if change.earlier is not None:
        rows.destroy(change.rows, filed.id)
    elif not rows.keep(change.rows, filed.id, owner, filed.size, waits=waits):
        raise Refused("upload_too_slow", "The file took too long. Send it again.")


def _event(judged: Judged) -> EvidenceAttached:
    filed, about = judged.filed, judged.about
    return EvidenceAttached(
        attachment=filed.id,
        sha256=filed.sha256,
        size=filed.size,
        media_type=filed.media_type,
        kind=about.kind,
        data_class=about.data_class,
        is_scanned=judged.is_scanned,
        name=Text(harmless(about.name)),
        description=words((about.description or "")[:LONGEST_DESCRIPTION]),
        source=words((about.source or "")[:LONGEST_SOURCE]),
        began=about.began,
        ended=about.ended,
    )


def _must_not_lie_ahead(event: EvidenceAttached, now: datetime) -> None:
    lifecycle.must_have_been(event.began, now)
    lifecycle.must_have_been(event.ended, now)


def _refused(work: UnitOfWork, reference: str, judged: Judged, finding: str) -> None:
    """Record that a file is not kept, and why; then refuse it."""
    with work.change(Permission.RESPOND) as change:
        _not_kept(change, reference, judged, finding)
    name = harmless(judged.about.name)
    raise Refused(
        "infected",
        phrase("%(name)s is not kept: the scanner found %(finding)s.", name=name, finding=finding),
    )


def _not_kept(change: WorkChange, reference: str, judged: Judged, finding: str) -> Shown:
    filed = judged.filed
    event = EvidenceRefused(
        attachment=filed.id,
        sha256=filed.sha256,
        size=filed.size,
        media_type=filed.media_type,
        name=Text(harmless(judged.about.name)),
        finding=Text(finding),
    )
    done = recorded(change, reference, lambda _: [event], None)
    rows.destroy(change.rows, filed.id)
    return done
