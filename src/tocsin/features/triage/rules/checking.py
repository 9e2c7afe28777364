"""What must be true of a rule before it is written. Pure."""

import re
from typing import Final

from tocsin.features.triage.rules import template
from tocsin.features.triage.rules.expression import condition
from tocsin.features.triage.terms import GROUPABLE, AlertRule
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONGEST_WINDOW: Final = 1440
MOST: Final = 60
_LABEL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def check_name(name: str) -> None:
    """Refuse `bad_rule` where a name could not stand in an address."""
    if NAME.fullmatch(name) is None:
        raise Refused(
            "bad_rule", "A rule's name has small letters, digits and hyphens, at most 60."
        )


def check(rule: AlertRule) -> None:
    """Refuse `bad_rule` with what is wrong, and where."""
    condition(rule.condition)
    template.check(rule.title)
    for severity in (rule.severity, *rule.severity_by_word.values()):
        _must_be_within(severity, 1, 4, "A severity is a number from 1 (worst) to 4.")
    minutes = phrase("A window is from 1 to %(most)s minutes.", most=LONGEST_WINDOW)
    _must_be_within(rule.window_minutes, 1, LONGEST_WINDOW, minutes)
    most = phrase("A rule opens from 1 to %(most)s incidents a minute.", most=MOST)
    _must_be_within(rule.most_per_minute, 1, MOST, most)
    for part in (part.strip() for entry in rule.group_by for part in entry.split("+")):
        if part not in GROUPABLE and _LABEL.fullmatch(part) is None:
            known = ", ".join(GROUPABLE)
            raise Refused(
                "bad_rule",
                phrase(
                    "“%(part)s” is no label; group by a label or %(known)s.", part=part, known=known
                ),
            )


def _must_be_within(number: int, lowest: int, highest: int, sentence: str) -> None:
    if not lowest <= number <= highest:
        raise Refused("bad_rule", sentence)
