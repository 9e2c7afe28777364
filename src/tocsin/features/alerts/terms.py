"""The terms in which sources and alerts are spoken of."""

from enum import StrEnum
from typing import Final

API_SOURCE: Final = "api"
"""The built-in source of signals that were sent with an API token."""

USUAL_RATE: Final = 50_000
"""Signals a second that a source may send, unless it is told otherwise."""

NAMELESS: Final = "An alert without a name"
"""The title of an alert of whose own nothing is to be seen."""


class SourceKind(StrEnum):
    """What sort of monitor a source is: it decides how its requests are read."""

    ALERTMANAGER = "alertmanager"
    PROMETHEUS = "prometheus"
    PAGERDUTY = "pagerduty"
    GENERIC = "generic"


class AlertState(StrEnum):
    """Where an occurrence of an alert stands.

    `resolved`: the sender said so; `expired`: its end passed; `closed`: by a person.
    """

    FIRING = "firing"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    CLOSED = "closed"


class What(StrEnum):
    """What happened to an alert, for whoever acts on it by rule."""

    OPENED = "opened"
    CHANGED = "changed"
    ACKNOWLEDGED = "acknowledged"
    OVER = "over"


class Actionability(StrEnum):
    """Whether there was anything to do about an alert, or about the incident made of it."""

    REAL = "real"
    FALSE_POSITIVE = "false_positive"
    PLANNED = "planned"
    DRILL = "drill"
    DUPLICATE = "duplicate"
    INFORMATIONAL = "informational"
