"""What triage knows at one moment: which alerts a rule took, and which incidents it has opened."""

from dataclasses import dataclass, field
from datetime import datetime

from tocsin.features.triage.terms import AlertFacts, AlertRule


@dataclass(frozen=True, slots=True)
class Group:
    """What holds alerts together under one rule: a key for rows, and words for people."""

    rule: str
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Match:
    """An alert that a rule took, with its group; `again` where it was not taken at first."""

    alert: AlertFacts
    group: Group
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident that a rule has opened and when an alert last joined it."""

    incident: str
    last_joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one rule stands when it decides.

    `open` are the groups with an open incident, by key; `over` those whose last own incident is
    resolved (that of a storm is nobody's own, so it is never reopened by rule).
    `storm` is the open incident of a storm. `recent` counts the incidents opened within a minute.
    """

    name: str
    rule: AlertRule
    open: dict[str, Opened] = field(default_factory=dict[str, Opened])
    over: dict[str, Opened] = field(default_factory=dict[str, Opened])
    storm: Opened | None = None
    recent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Let alerts join the open incident of their group, or of the storm."""

    incident: str
    matches: tuple[Match, ...]
    is_storm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """Open the resolved incident of a group again."""

    incident: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open an incident for one group."""

    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStorm:
    """Open one incident for all these groups: there are too many at once."""

    matches: tuple[Match, ...]


Step = Join | Reopen | Open | OpenStorm
