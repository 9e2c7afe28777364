"""What later features say beforehand of an incident that somebody is about to declare.

Each feature that acts on a declaration foretells with the code that will act.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tocsin.access.work import Look
from tocsin.features.incidents.terms import Mode


class Effect(StrEnum):
    """What sort of thing will happen."""

    RECORDED = "recorded"
    SEEN = "seen"
    PAGED = "paged"
    TOLD = "told"
    MIRRORED = "mirrored"
    PREPARED = "prepared"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One thing that will happen, or will not, in a sentence."""

    effect: Effect
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """The incident as it would be declared. `alerts` are the ids of those that would belong to it."""

    severity: int
    mode: Mode
    service: str | None = None
    is_restricted: bool = False
    is_over: bool = False
    alerts: tuple[str, ...] = ()


Foresee = Callable[[Look, Prospect], Sequence[Foreseen]]
