"""Which files belong to its record."""

from tocsin.features.incidents.events import (
    EvidenceAttached,
    EvidenceCleared,
    EvidenceRefused,
    EvidenceWithdrawn,
)
from tocsin.features.incidents.lifecycle.life import Decision
from tocsin.features.incidents.state import Evidence, Incident
from tocsin.features.incidents.terms import Standing
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text, Words, shown

MOST_FILES = 200


def attach(incident: Incident, attached: EvidenceAttached, most_bytes: int) -> Decision:
    """Add a file. Refuses `too_much_evidence` where an incident has all that it may have."""
    must_have_room(incident, attached.size, most_bytes)
    began, ended = attached.began, attached.ended
    if began is not None and ended is not None and ended < began:
        raise Refused("ends_before_it_began", "An excerpt cannot end before it began.")
    return [attached]


def must_have_room(incident: Incident, size: int, most_bytes: int) -> None:
    """Refuse `too_much_evidence` where so many bytes more are too many."""
    kept = [file.size for file in incident.evidence if file.is_kept]
    if sum(kept) + size > most_bytes or len(incident.evidence) >= MOST_FILES:
        sentence = phrase(
            "An incident may hold %(most)s files and %(bytes)s bytes in all.",
            most=MOST_FILES,
            bytes=most_bytes,
        )
        raise Refused("too_much_evidence", sentence)


def clear(incident: Incident, attachment: str) -> Decision:
    """Say that the scanner found nothing in a file that waited for it."""
    file = the_file(incident, attachment)
    return [EvidenceCleared(attachment=attachment)] if file.standing is Standing.WAITING else []


def find_infected(incident: Incident, attachment: str, finding: Words) -> Decision:
    """Say what the scanner found in a file that waited for it."""
    file = the_file(incident, attachment)
    if file.standing is not Standing.WAITING:
        return []
    return [
        EvidenceRefused(
            attachment=attachment,
            sha256=file.sha256,
            size=file.size,
            media_type=file.media_type,
            name=Text(shown(file.name)),
            finding=finding,
        )
    ]


def withdraw(incident: Incident, attachment: str, reason: Words) -> Decision:
    """Have the bytes of a file destroyed."""
    file = the_file(incident, attachment)
    return [EvidenceWithdrawn(attachment=attachment, reason=reason)] if file.is_kept else []


def the_file(incident: Incident, attachment: str) -> Evidence:
    """One file of an incident. Refuses `unknown_attachment`."""
    found = [file for file in incident.evidence if file.id == attachment]
    if not found:
        raise Refused(
            "unknown_attachment",
            phrase("This incident has no attachment %(attachment)s.", attachment=attachment),
        )
    return found[0]
