"""The alert rules over HTTP, at /api/v1/alert-rules: list, put, delete, and try one on past alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from tocsin.access.work import UnitOfWork
from tocsin.features.triage.commands import rules
from tocsin.features.triage.commands.rules import MOST_TRIED, RuleShown, Tried
from tocsin.features.triage.terms import AlertRule

USUAL: Final = AlertRule(condition="true")
Severity = Literal[1, 2, 3, 4]
Text = Annotated[str, Field(max_length=1000)]
Number = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class RuleAsked(BaseModel):
    """A rule. What is not said is as in the shipped one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    condition: Text
    order: Number = USUAL.order
    severity: Severity = 2
    severity_by_word: dict[Text, Severity] = {}
    group_by: Annotated[list[Text], Field(max_length=20)] = list(USUAL.group_by)
    window_minutes: Number = USUAL.window_minutes
    title: Text = USUAL.title
    most_per_minute: Number = USUAL.most_per_minute
    reopens: bool = USUAL.reopens


class TrialAsked(BaseModel):
    """A rule to be tried on the last so many alerts. Nothing is opened."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: RuleAsked
    last: Annotated[int, Field(ge=1, le=MOST_TRIED, strict=True)] = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """The rules in use, in the order in which they are asked."""

    items: list[RuleShown]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedShown:
    """What the rule would have said of one alert: its group where it would take it."""

    alert: str
    title: str
    received_at: datetime
    group: str | None
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialShown:
    """What a rule would have taken, latest alert first."""

    asked: int
    taken: int
    groups: int
    items: list[TriedShown]


@get("/", sync_to_thread=True, operation_id="listAlertRules")
def index(work: Given[UnitOfWork]) -> RulePage:
    """List the rules in use; Tocsin's own where the organisation has written none."""
    return RulePage(items=rules.rules(work))


@put("/{name:str}", sync_to_thread=True, operation_id="putAlertRule")
def write(work: Given[UnitOfWork], name: FromPath[str], data: JSONBody[RuleAsked]) -> RuleShown:
    """Write a rule, or a new version of one."""
    rule = _rule(data)
    rules.write_rule(work, name, rule)
    return RuleShown(name=name, rule=rule, is_shipped=False)


@delete("/{name:str}", sync_to_thread=True, operation_id="retireAlertRule")
def retire(work: Given[UnitOfWork], name: FromPath[str]) -> None:
    """Take a rule out of use."""
    rules.retire_rule(work, name)


@post("/trial", sync_to_thread=True, status_code=200, operation_id="tryAlertRule")
def trial(work: Given[UnitOfWork], data: JSONBody[TrialAsked]) -> TrialShown:
    """Say what a rule would have taken."""
    said = rules.try_rule(work, _rule(data.rule), data.last)
    groups = {one.group for one in said if one.group is not None}
    taken = sum(one.group is not None for one in said)
    return TrialShown(
        asked=len(said), taken=taken, groups=len(groups), items=[_tried(one) for one in said]
    )


def _rule(data: RuleAsked) -> AlertRule:
    return msgspec.convert(data.model_dump(), AlertRule)


def _tried(one: Tried) -> TriedShown:
    return TriedShown(
        alert=one.alert.id,
        title=one.alert.title,
        received_at=one.alert.received_at,
        group=one.group,
        trouble=one.trouble,
    )


ROUTER: Final = Router(
    "/api/v1/alert-rules", route_handlers=[index, write, retire, trial], tags=["Alert rules"]
)
