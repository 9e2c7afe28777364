"""The terms in which incidents are spoken of: kinds, degrees, bases, and what a statement is."""

from dataclasses import dataclass
from enum import StrEnum


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


class Actionability(StrEnum):
    """Whether there was anything to do."""

    REAL = "real"
    FALSE_POSITIVE = "false_positive"
    PLANNED = "planned"
    DRILL = "drill"
    DUPLICATE = "duplicate"
    INFORMATIONAL = "informational"


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
