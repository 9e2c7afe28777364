"""The terms of triage: what a rule says, and what it may ask about an alert. Values only."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

QUIET: Final = timedelta(seconds=1)
"""A burst is judged together: once nothing that a rule takes has come for so long …"""

PATIENCE: Final = timedelta(seconds=4)
"""… or the oldest of it has waited so long, whatever still comes."""

MINUTE: Final = timedelta(minutes=1)

SENDERS_GROUP: Final = "sender's group"
ALERT_NAME: Final = "alert name"
GROUPABLE: Final = ("service", "team", "source", SENDERS_GROUP, ALERT_NAME)
"""What a rule may group by, beside the names of labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Which alerts open an incident, and how they are held together.

    Rules are asked by `order`, then by name; the first whose condition holds takes the alert.
    `group_by` is tried from the front: the first entry of which the alert has every part (joined by
    `+`) is its group. An alert of a group with an open incident joins it. `severity_by_word` maps the
    sender's word; `severity` is for all others. Within `window_minutes` after the last alert a storm
    goes on, and, where `reopens`, a resolved incident is reopened instead of another being opened.
    """

    condition: str
    order: int = 100
    severity: int = 2
    severity_by_word: dict[str, int] = field(default_factory=dict[str, int])
    group_by: tuple[str, ...] = ("service", SENDERS_GROUP, ALERT_NAME)
    window_minutes: int = 10
    title: str = "{{title}}"
    most_per_minute: int = 5
    reopens: bool = False

    @property
    def window(self) -> timedelta:
        """The window as a length of time."""
        return timedelta(minutes=self.window_minutes)


DEFAULT_NAME: Final = "default"
DEFAULT_RULE: Final = AlertRule(condition='alert.severity in ["critical", "page"]')
"""The rule in use where the organisation has written none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What is known of an alert when it is judged. `source` is the source's name, `kind` its kind."""

    id: str
    title: str
    severity: str | None = None
    service: str | None = None
    team: str | None = None
    source: str = ""
    kind: str = ""
    group_key: str | None = None
    labels: dict[str, str] = field(default_factory=dict[str, str])
    annotations: dict[str, str] = field(default_factory=dict[str, str])
    starts_at: datetime
    received_at: datetime
