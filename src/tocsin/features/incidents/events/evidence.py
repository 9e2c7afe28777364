"""What files belong to an incident: attached, found clean or infected, withdrawn.

The bytes are kept elsewhere, sealed. `sha256` is that of the plain bytes, so that the file can be held
against the ledger for ever, also when it is found again somewhere else.
"""

from datetime import datetime

from tocsin.features.incidents.terms import DataClass, EvidenceKind
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.evidence_attached")
class EvidenceAttached:
    """A file was added to the record. `media_type` is what we found it to be, never what was claimed.

    `is_scanned` is None where there is no scanner, False where it could not be reached. An excerpt has
    its source, and the span of time it tells of.
    """

    attachment: str
    sha256: str
    size: int
    media_type: str
    kind: EvidenceKind
    data_class: DataClass
    is_scanned: bool | None
    name: Words
    description: Words | None = None
    source: Words | None = None
    began: datetime | None = None
    ended: datetime | None = None


@event("incident.evidence_cleared")
class EvidenceCleared:
    """The scanner, once it could be reached, found nothing in a file that waited for it."""

    attachment: str


@event("incident.evidence_refused")
class EvidenceRefused:
    """The scanner found something in a file, which is not kept."""

    attachment: str
    sha256: str
    size: int
    media_type: str
    name: Words
    finding: Words


@event("incident.evidence_withdrawn")
class EvidenceWithdrawn:
    """The bytes of a file were destroyed with their key. That it was here, and its digest, stays."""

    attachment: str
    reason: Words


EvidenceEvent = EvidenceAttached | EvidenceCleared | EvidenceRefused | EvidenceWithdrawn
