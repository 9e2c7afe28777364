"""Titles of incidents: words with `{{names}}` in them, and no logic. Pure."""

import re
from typing import Final

from tocsin.features.alerts.terms import NAMELESS
from tocsin.features.triage.terms import AlertFacts
from tocsin.foundation.one_line import is_seen, one_line
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

LONGEST: Final = 200
NAMES: Final = ("title", "service", "team", "severity", "source", "group")
_PLACE: Final = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_LABEL: Final = "labels."


def check(template: str) -> None:
    """Refuse `bad_rule` where a title is empty, too long, or asks for what no alert has."""
    if not template.strip():
        raise Refused("bad_rule", "The title of a rule cannot be empty.")
    if len(template) > LONGEST:
        raise Refused(
            "bad_rule", phrase("The title of a rule has at most %(most)s characters.", most=LONGEST)
        )
    for name in _PLACE.findall(template):
        if name not in NAMES and not name.startswith(_LABEL):
            known = ", ".join(NAMES)
            raise Refused(
                "bad_rule",
                phrase(
                    "There is no {{%(name)s}} for a title: use %(known)s or labels.NAME.",
                    name=name,
                    known=known,
                ),
            )


def filled(template: str, alert: AlertFacts, group: str) -> str:
    """The title for an alert, one line, with a dash for what it does not have."""
    values = {name: getattr(alert, name, None) for name in NAMES} | {"group": group}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        known = alert.labels.get(name[len(_LABEL) :]) if name.startswith(_LABEL) else values[name]
        return known or "–"

    several = (_PLACE.sub(value, template), alert.title)
    lines = (one_line(title)[:LONGEST].strip() for title in several)
    return next(filter(is_seen, lines), NAMELESS)
