"""The shapes in which the API shows files. Nothing dense is among their fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.api.told import PersonShown, person
from tocsin.features.incidents.state import Evidence
from tocsin.features.incidents.terms import DataClass, EvidenceKind, Standing
from tocsin.ledger.words import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentShown:
    """A file of the record. `sha256` is that of its plain bytes, `media_type` what we found it to be.

    `standing`: unscanned (there is no scanner), waiting (not scanned yet), clean, refused, withdrawn.
    """

    id: str
    name: str
    kind: EvidenceKind
    media_type: str
    size: int
    sha256: str
    data_class: DataClass
    standing: Standing
    attached_at: datetime
    attached_by: PersonShown
    description: str | None
    source: str | None
    began: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentList:
    """The files of an incident, in the order in which they were attached."""

    items: list[AttachmentShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofShown:
    """What proves a file: its digest, and the entry of the timeline that holds it.

    `ledger_entry` is the entry's place in the ledger, for `tocsin ledger proof`: told to auditors only.
    """

    attachment: str
    sha256: str
    size: int
    recorded_at: datetime
    entry: str
    ledger_entry: int | None


def attachment(file: Evidence, names: Mapping[str, str]) -> AttachmentShown:
    """Choose what is shown of a file."""
    return AttachmentShown(
        id=file.id,
        name=shown(file.name),
        kind=file.kind,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        data_class=file.data_class,
        standing=file.standing,
        attached_at=file.at,
        attached_by=person(file.by, names),
        description=None if file.description is None else shown(file.description),
        source=None if file.source is None else shown(file.source),
        began=file.began,
        ended=file.ended,
    )
