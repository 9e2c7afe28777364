"""What can be asked about the rules: write one, retire one, list them, try one on past alerts."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.rows.occurrences import Wanted
from tocsin.features.alerts.terms import AlertState
from tocsin.features.triage import rows
from tocsin.features.triage.rows import RULES, Troubled
from tocsin.features.triage.rules import checking
from tocsin.features.triage.rules.expression import condition
from tocsin.features.triage.rules.grouping import group_of
from tocsin.features.triage.rules.judging import in_order
from tocsin.features.triage.terms import DEFAULT_NAME, DEFAULT_RULE, AlertFacts, AlertRule
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

MOST_TRIED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShown:
    """A rule in use. `is_shipped` where it is Tocsin's own; `trouble` is what it could not tell."""

    name: str
    rule: AlertRule
    is_shipped: bool
    trouble: Troubled | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a rule would have said of one past alert: its group where it holds, else why not."""

    alert: AlertFacts
    group: str | None
    trouble: str | None


def rules(work: UnitOfWork) -> list[RuleShown]:
    """The rules in use, in the order in which they are asked."""
    with work.look(Permission.SEE_ALERTS) as look:
        written = RULES.all(look.rows)
        troubles = rows.troubles(look.rows)
        return [
            RuleShown(name=name, rule=rule, is_shipped=not written, trouble=troubles.get(name))
            for name, rule in in_order(in_use(written))
        ]


def in_use(written: Mapping[str, AlertRule]) -> Mapping[str, AlertRule]:
    """The organisation's rules; the shipped one where it has written none."""
    return written or {DEFAULT_NAME: DEFAULT_RULE}


def write_rule(work: UnitOfWork, name: str, rule: AlertRule) -> None:
    """Write a rule, or a new version of one. From the first on, only the organisation's rules hold."""
    checking.check_name(name)
    with work.change(Permission.MANAGE_SETTINGS) as change:
        RULES.write(change.change, name, rule)


def retire_rule(work: UnitOfWork, name: str) -> None:
    """Take a rule out of use. With the last one gone the shipped rule holds again."""
    with work.change(Permission.MANAGE_SETTINGS) as change:
        if RULES.read(change.rows, name) is None:
            raise Refused(
                "unknown_alert_rule", phrase("There is no alert rule %(name)s.", name=name)
            )
        RULES.retire(change.change, name)


def try_rule(work: UnitOfWork, rule: AlertRule, last: int = 200) -> list[Tried]:
    """What a rule would have said of the last alerts, latest first. Nothing is opened."""
    checking.check(rule)
    with work.look(Permission.SEE_ALERTS) as look:
        wanted = Wanted(states=frozenset(AlertState), limit=min(last, MOST_TRIED))
        found = rows.facts_of(look.rows, occurrences.listed(look, wanted))
    return [_tried(rule, alert) for alert in found.values()]


def _tried(rule: AlertRule, alert: AlertFacts) -> Tried:
    answer = condition(rule.condition).holds_for(alert)
    group = group_of(alert, "tried", rule).words if answer.holds else None
    return Tried(alert=alert, group=group, trouble=answer.trouble)
