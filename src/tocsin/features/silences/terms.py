"""The terms of silences: what a matcher is, and in what states a silence can be."""

from dataclasses import dataclass
from enum import StrEnum


class Op(StrEnum):
    """How a matcher compares. Expressions are RE2 and must match the whole value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    MATCHES_NOT = "!~"


class SilenceState(StrEnum):
    """Where a silence stands, by the clock alone."""

    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition on the labels of an alert. A label that is absent counts as empty."""

    name: str
    op: Op
    value: str
