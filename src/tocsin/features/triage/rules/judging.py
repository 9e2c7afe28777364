"""Asking the rules about an alert, in their order. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.features.triage.rules.expression import Answer, condition
from tocsin.features.triage.rules.grouping import group_of
from tocsin.features.triage.state import Match
from tocsin.features.triage.terms import AlertFacts, AlertRule
from tocsin.foundation.refusal import Refused


@dataclass(frozen=True, slots=True)
class Trouble:
    """A rule could not tell whether it holds for an alert, and why."""

    rule: str
    alert: str
    what: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of an alert: the first that holds, and those that could not tell."""

    match: Match | None
    troubles: tuple[Trouble, ...]


def in_order(rules: Mapping[str, AlertRule]) -> list[tuple[str, AlertRule]]:
    """The rules in the order in which they are asked."""
    return sorted(rules.items(), key=lambda pair: (pair[1].order, pair[0]))


def judge(alert: AlertFacts, rules: Mapping[str, AlertRule]) -> Judgement:
    """Ask the rules about an alert; the first that holds takes it."""
    troubles: list[Trouble] = []
    for name, rule in in_order(rules):
        answer = ask(rule, alert)
        if answer.trouble is not None:
            troubles.append(Trouble(name, alert.id, answer.trouble))
        if answer.holds:
            return Judgement(Match(alert, group_of(alert, name, rule)), tuple(troubles))
    return Judgement(None, tuple(troubles))


def ask(rule: AlertRule, alert: AlertFacts) -> Answer:
    """Whether a rule holds. One that was written and cannot be read any more stops no other."""
    try:
        return condition(rule.condition).holds_for(alert)
    except Refused as refused:
        return Answer(holds=False, trouble=refused.reason)


def severity_of(alert: AlertFacts, rule: AlertRule) -> int:
    """The severity that a rule gives an alert: by the sender's word, else the rule's own."""
    return rule.severity_by_word.get((alert.severity or "").lower(), rule.severity)
