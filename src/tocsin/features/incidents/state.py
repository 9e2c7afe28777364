"""What an incident is, at one moment of its life."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.features.incidents.terms import (
    Actionability,
    Basis,
    Degree,
    ImpactFact,
    Mode,
    Phase,
)
from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactPeriod:
    """One stretch of harm. Reopening begins another and leaves this one alone. `seq` states it."""

    seq: int
    began: datetime
    ended: datetime | None = None
    degree: Degree = Degree.DEGRADED
    planned: bool = False
    basis: Basis = Basis.ESTIMATED
    service: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An instant that a regime counts from, as a person stated it."""

    seq: int
    anchor: str
    instant: datetime
    regime: str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """An impact fact with the entry that states it."""

    seq: int
    at: datetime
    fact: ImpactFact
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident as its history left it."""

    reference: str
    title: Words
    severity: int
    mode: Mode
    phase: Phase
    declared_at: datetime
    declared_by: str
    impacts: tuple[ImpactPeriod, ...]
    phase_since: datetime
    service: str | None = None
    team: str | None = None
    rule: str | None = None
    commander: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0
    actionability: Actionability | None = None
    alerts: tuple[str, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    facts: tuple[StatedFact, ...] = ()
    restricted_to: frozenset[str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still needs somebody."""
        return self.phase not in (Phase.RESOLVED, Phase.CLOSED)

    @property
    def ongoing(self) -> tuple[ImpactPeriod, ...]:
        """The periods of harm that nobody has ended."""
        return tuple(period for period in self.impacts if period.ended is None)
