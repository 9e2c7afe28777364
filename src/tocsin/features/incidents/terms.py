"""The terms in which incidents are spoken of: kinds, degrees, bases, and what a statement is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.foundation.phrase import phrase

WITH_IT: Final = phrase("declared with")
"""In place of a rule by which alerts joined: whoever declared the incident said so."""


class Phase(StrEnum):
    """Where an incident stands."""

    REPORTED = "reported"
    INVESTIGATING = "investigating"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Mode(StrEnum):
    """What sort of incident this is; fixed at declaration and carried into everything counted."""

    LIVE = "live"
    DRILL = "drill"
    TRAINING = "training"
    RETROSPECTIVE = "retrospective"
    IMPORTED = "imported"

    @property
    def is_exercise(self) -> bool:
        """Whether nothing of it is real: it pages and tells nobody, and is in no figure."""
        return self in EXERCISES


EXERCISES: Final = frozenset({Mode.DRILL, Mode.TRAINING})


class NoteKind(StrEnum):
    """What somebody writes on a timeline."""

    NOTE = "note"
    FINDING = "finding"
    DECISION = "decision"
    STATUS_UPDATE = "status_update"


class Basis(StrEnum):
    """On what a statement about the world rests."""

    MEASURED = "measured"
    OBSERVED = "observed"
    ESTIMATED = "estimated"
    TOLD = "told"


class Precision(StrEnum):
    """How exact a stated instant is."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


class Degree(StrEnum):
    """How badly a service is harmed."""

    DOWN = "down"
    DEGRADED = "degraded"
    AT_RISK = "at_risk"


class AnchorName(StrEnum):
    """The instants that regimes count from."""

    OCCURRENCE = "occurrence"
    DETECTION = "detection"
    AWARENESS = "awareness"
    DISCOVERY = "discovery"
    NOTICING = "noticing"
    CLASSIFICATION = "classification"
    DETERMINATION = "determination"
    ASSESSMENT = "assessment"
    REASONABLE_BELIEF = "reasonable_belief"
    PAYMENT = "payment"
    SUBMISSION = "submission"
    ACTION_AVAILABLE = "action_available"
    CAUSAL_LINK = "causal_link"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactFact:
    """A figure of harm: a value, a range (`low` to `high`), or unknown where all three are None.

    `name` is one of the facts of the regulations' table or the organisation's own. A share states its
    numerator and denominator. Money has `currency` (ISO 4217) and `money_kind` (direct, indirect,
    recovery).
    """

    name: str
    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    currency: str | None = None
    money_kind: str | None = None
    service: str | None = None
    region: str | None = None
    is_estimate: bool = True


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    FILE = "file"
    CHAT = "chat"
    LOG = "log"


class DataClass(StrEnum):
    """How freely a file may be passed on."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    PERSONAL = "personal"


class Standing(StrEnum):
    """How a file stands: what the scanner said of it, and whether its bytes are still there."""

    UNSCANNED = "unscanned"
    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ChangeRole(StrEnum):
    """The part that a change or deploy had."""

    CAUSE = "cause"
    FIX = "fix"
    SUSPECT = "suspect"


class Which(StrEnum):
    """Which entries of a timeline are wanted."""

    EVERYTHING = "everything"
    PEOPLE = "people"
    KEY_MOMENTS = "key-moments"
    NOTES = "notes"
    FINDINGS = "findings"
    DECISIONS = "decisions"
    UPDATES = "updates"
    SITUATION = "situation"


class ViewAudience(StrEnum):
    """For whom a view is saved."""

    PRIVATE = "private"
    TEAM = "team"
    EVERYBODY = "everybody"


class BulkDeed(StrEnum):
    """What can be done to several incidents at once."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    CLOSE = "close"
    TAG = "tag"
    UNTAG = "untag"
    MERGE = "merge"


class RoleName(StrEnum):
    """What one can be to an incident while it lasts. Each has one holder at most."""

    COMMANDER = "commander"
    DEPUTY = "deputy"
    SCRIBE = "scribe"
    COMMUNICATIONS = "communications"


class TaskState(StrEnum):
    """How a task stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ExportFormat(StrEnum):
    """How a list is written down to be taken away."""

    CSV = "csv"
    JSONL = "jsonl"
