"""Which severity what is known speaks for, and why in words. Suggests; sets nothing. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tocsin.features.playbooks.terms import KeptTemplate, SeverityCriteria
from tocsin.foundation.phrase import phrase

OF_ALERTS: Final = {
    "critical": 2,
    "page": 2,
    "emergency": 1,
    "fatal": 2,
    "error": 3,
    "high": 2,
    "major": 2,
    "warning": 3,
    "minor": 4,
    "info": 4,
}
"""What monitors' words for severity speak for, where a person declares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A severity and what speaks for it."""

    severity: int
    reasons: tuple[str, ...]


def suggested(
    title: str,
    criteria: SeverityCriteria,
    *,
    firing: Mapping[str, int],
    service: str | None,
    template: KeptTemplate | None,
) -> Suggestion | None:
    """The worst severity that anything known speaks for; None where nothing does.

    `firing` are the firing alerts of the service: how many, by the monitor's word for their severity.
    """
    said = [
        *_by_words(title, criteria),
        *_by_alerts(firing, service),
        *_by_template(template),
    ]
    if not said:
        return None
    worst = min(severity for severity, _ in said)
    reasons = tuple(reason for severity, reason in said if severity == worst)
    return Suggestion(severity=worst, reasons=reasons)


def _by_words(title: str, criteria: SeverityCriteria) -> list[tuple[int, str]]:
    """A word of the criteria counts where it stands as a whole, in whatever case."""
    return [
        (severity, phrase("“%(word)s” speaks for Sev-%(n)s", word=word, n=severity))
        for severity, level in enumerate(criteria.levels, 1)
        for word in level.words
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", title, re.IGNORECASE)
    ]


def _by_alerts(firing: Mapping[str, int], service: str | None) -> list[tuple[int, str]]:
    known = {word: OF_ALERTS[word.lower()] for word in firing if word.lower() in OF_ALERTS}
    if not known:
        return []
    worst = min(known, key=lambda word: (known[word], word))
    number = firing[worst]
    if number == 1:
        said = phrase("1 alert of %(service)s fire as “%(word)s”", service=service, word=worst)
    else:
        said = phrase(
            "%(n)s alerts of %(service)s fire as “%(word)s”", n=number, service=service, word=worst
        )
    return [(known[worst], said)]


def _by_template(template: KeptTemplate | None) -> list[tuple[int, str]]:
    if template is None or template.template.severity is None:
        return []
    severity = template.template.severity
    said = phrase("the template %(name)s says Sev-%(n)s", name=template.name, n=severity)
    return [(severity, said)]
