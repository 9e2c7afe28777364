"""The shapes in which the API shows what is known before an incident is declared."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.api.told import PersonShown
from tocsin.features.incidents.port import Effect
from tocsin.features.incidents.terms import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionShown:
    """A severity and what speaks for it. Nothing sets it but whoever declares."""

    severity: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownShown:
    """An open or recent incident that may be the same, and why; the best first."""

    reference: str
    title: str
    severity: int
    mode: str
    phase: str
    service: str | None
    commander: PersonShown | None
    declared_at: datetime
    is_likely: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenShown:
    """One thing that will happen, or will not, in a sentence."""

    effect: Effect
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewShown:
    """What would be declared, what is known already, and what would happen."""

    title: str
    severity: int
    mode: Mode
    service: str | None
    team: str | None
    template: str | None
    template_version: int | None
    suggestion: SuggestionShown | None
    known: tuple[KnownShown, ...]
    foreseen: tuple[ForeseenShown, ...]
