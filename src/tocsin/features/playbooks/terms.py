"""What is prepared before an incident: templates by service, what severities mean. Values only."""

from dataclasses import dataclass, replace
from typing import Final

from tocsin.foundation.phrase import phrase

SAID: Final = "{title}"
"""Where in a template's title stands what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """A link to what to do."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How incidents of some services are begun.

    `title` has `{title}` where the typed line stands. `severity` and `team` hold where whoever declares
    says none. `first_tasks` become tasks, one a line; `asks` are questions that may be answered.
    """

    services: tuple[str, ...] = ()
    title: str = SAID
    severity: int | None = None
    team: str | None = None
    first_tasks: str = ""
    runbooks: tuple[Runbook, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTemplate:
    """A template in use: its name, which version it is, and what it says."""

    name: str
    version: int
    template: Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What one severity means: who is called, what is then so, and the words that speak for it."""

    who: str
    what: str
    words: tuple[str, ...] = ()


def plain(level: Level) -> Level:
    """A level in English, as it is kept and sent: what is shipped pages say in other languages, too."""
    return replace(level, who=str(level.who), what=str(level.what))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityCriteria:
    """What the severities mean, the worst first: Sev-1 to Sev-4."""

    levels: tuple[Level, ...]

    def of(self, severity: int) -> Level:
        """What one severity means."""
        return self.levels[severity - 1]


SHIPPED: Final = SeverityCriteria(
    levels=(
        Level(
            who=phrase("All hands, day or night"),
            what=phrase("A core product is down, or 10% or more of customers fail"),
            words=("all customers", "everything is down", "data loss", "breach"),
        ),
        Level(
            who=phrase("Team, day or night"),
            what=phrase("A core product is degraded, or one large customer is down"),
            words=("down", "failing", "outage", "unavailable"),
        ),
        Level(
            who=phrase("Team, working hours"),
            what=phrase("A workaround exists, few customers notice"),
            words=("slow", "late", "workaround"),
        ),
        Level(
            who=phrase("Backlog"),
            what=phrase("Cosmetic or internal only"),
            words=("cosmetic", "typo"),
        ),
    )
)
"""The criteria in use where the organisation has written none."""
