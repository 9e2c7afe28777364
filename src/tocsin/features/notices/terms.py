"""The terms in which notices are spoken of."""

from enum import StrEnum


class Channel(StrEnum):
    """How a subscriber is told."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class Happening(StrEnum):
    """What of an incident's life somebody may want to be told."""

    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    SEVERITY_CHANGED = "severity_changed"
    STATUS_UPDATE = "status_update"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
