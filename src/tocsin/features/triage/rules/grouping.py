"""Which group an alert belongs to under a rule. Pure."""

from hashlib import sha256
from typing import Final

from tocsin.features.triage.state import Group
from tocsin.features.triage.terms import ALERT_NAME, AlertFacts, AlertRule
from tocsin.foundation.one_line import one_line

LONGEST_VALUE: Final = 200


def group_of(alert: AlertFacts, name: str, rule: AlertRule) -> Group:
    """The first entry of `group_by` of which the alert has every part; else its name."""
    for entry in (*rule.group_by, ALERT_NAME):
        parts = [part.strip() for part in entry.split("+")]
        values = [_value(alert, part) for part in parts]
        if all(values):
            pairs = list(zip(parts, values, strict=True))
            words = ", ".join(f"{part} {_called(value or '')}" for part, value in pairs)
            return Group(rule=name, key=_key(name, pairs), words=words)
    return Group(rule=name, key=_key(name, [("alert", alert.id)]), words=f"alert {alert.id}")


def _called(value: str) -> str:
    """What a sender calls something, in a sentence: one line, and no page of it."""
    return one_line(value)[:LONGEST_VALUE]


def _key(rule: str, pairs: list[tuple[str, str | None]]) -> str:
    return sha256(repr((rule, pairs)).encode(errors="backslashreplace")).hexdigest()


def _value(alert: AlertFacts, part: str) -> str | None:
    match part:
        case "service":
            return alert.service
        case "team":
            return alert.team
        case "source":
            return alert.source
        case "sender's group":
            return alert.group_key
        case "alert name":
            return alert.labels.get("alertname") or alert.title
        case _:
            return alert.labels.get(part)
