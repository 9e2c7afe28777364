"""What happens to files means: which belong to the record, and how each stands."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.incidents.events import (
    EvidenceAttached,
    EvidenceCleared,
    EvidenceEvent,
    EvidenceRefused,
    EvidenceWithdrawn,
)
from tocsin.features.incidents.state import Evidence, Incident
from tocsin.features.incidents.terms import Standing
from tocsin.ledger.entry import Recorded


def evidenced(incident: Incident, event: EvidenceEvent, on: Recorded) -> Incident:
    """The incident with a file more, or with one that stands otherwise."""
    match event:
        case EvidenceAttached():
            return replace(incident, evidence=(*incident.evidence, _file(event, on)))
        case EvidenceCleared():
            return _standing(incident, event.attachment, Standing.CLEAN)
        case EvidenceRefused():
            return _standing(incident, event.attachment, Standing.REFUSED)
        case EvidenceWithdrawn():
            return _standing(incident, event.attachment, Standing.WITHDRAWN)
        case _:
            assert_never(event)


def _file(event: EvidenceAttached, on: Recorded) -> Evidence:
    return Evidence(
        id=event.attachment,
        seq=on.seq,
        at=on.at,
        by=on.by.id,
        name=event.name,
        description=event.description,
        source=event.source,
        began=event.began,
        ended=event.ended,
        kind=event.kind,
        data_class=event.data_class,
        media_type=event.media_type,
        size=event.size,
        sha256=event.sha256,
        standing=_at_first(event),
    )


def _at_first(event: EvidenceAttached) -> Standing:
    if event.is_scanned is None:
        return Standing.UNSCANNED
    return Standing.CLEAN if event.is_scanned else Standing.WAITING


def _standing(incident: Incident, attachment: str, standing: Standing) -> Incident:
    files = tuple(
        replace(file, standing=standing) if file.id == attachment else file
        for file in incident.evidence
    )
    return replace(incident, evidence=files)
