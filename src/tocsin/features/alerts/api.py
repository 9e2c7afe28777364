"""Alerts over HTTP, at /api/v1: the alerts, who sends them, and what could not be read.

Which incident an alert belongs to is asked of the incident; it is not said here.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final, TypeVar

from litestar import HttpMethod, Response, Router, get, post, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.features.alerts import commands
from tocsin.features.alerts.commands import Submit
from tocsin.features.alerts.rows import DeadLetter, Health, Occurrence, Wanted
from tocsin.features.alerts.terms import Actionability, AlertState

Page = TypeVar("Page")
Filter = Annotated[str | None, QueryParameter(max_length=200)]
States = Annotated[
    list[AlertState] | None,
    QueryParameter(name="state", description="Firing ones, unless said otherwise; repeatable."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertShown:
    """One occurrence of an alert. `signals` and `last_at` may lag a second behind what was received."""

    id: str
    source: str
    key: str
    state: AlertState
    title: str
    severity: str | None
    service: str | None
    team: str | None
    group_key: str | None
    labels: dict[str, str]
    annotations: dict[str, str]
    link: str | None
    starts_at: datetime
    received_at: datetime
    changed_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None
    actionability: str | None
    signals: int
    last_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown:
    """A source with how many signals it has sent and when it was last heard; null for never."""

    id: str
    name: str
    kind: str
    peer_url: str | None
    rate: int
    signals: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """A page of alerts, newest first. `next` is the cursor of the following one; null at the end."""

    items: list[AlertShown]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """Every source in use."""

    items: list[SourceShown]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """A page of what could not be read, newest first."""

    items: list[DeadLetter]
    next: str | None


class Closure(BaseModel):
    """Whether there was anything to do, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actionability: Actionability
    reason: Annotated[str | None, Field(max_length=10_000)] = None


@get("/alerts", sync_to_thread=True, operation_id="listAlerts")
def index(  # noqa: PLR0913 - the filters of a list
    work: Given[UnitOfWork],
    *,
    states: States = None,
    source: Filter = None,
    service: Filter = None,
    severity: Filter = None,
    q: Filter = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> Response[AlertPage]:
    """List alerts: the firing ones, newest first, unless other states are asked for."""
    wanted = Wanted(
        states=frozenset(states or {AlertState.FIRING}),
        text=q,
        source=source,
        service=service,
        severity=severity,
    )
    seal, listing = (
        seal_of(work),
        f"alerts {sorted(wanted.states)} {source} {service} {severity} {q}",
    )
    after = opened(seal, listing, cursor, str)
    found = commands.listed(work, replace(wanted, after=after, limit=limit + 1))
    more = closed(seal, listing, found[limit - 1].id) if len(found) > limit else None
    return _private(AlertPage(items=[_alert(one) for one in found[:limit]], next=more))


@get("/alerts/{alert:str}", sync_to_thread=True, operation_id="getAlert")
def one(work: Given[UnitOfWork], alert: FromPath[str]) -> AlertShown:
    """Show an alert."""
    return _alert(commands.one(work, alert))


@route(
    "/alerts/{alert:str}/closure",
    http_method=[HttpMethod.PUT, HttpMethod.POST],
    status_code=200,
    sync_to_thread=True,
)
def close(work: Given[UnitOfWork], alert: FromPath[str], data: JSONBody[Closure]) -> AlertShown:
    """Say that an alert is over, and whether there was anything to do."""
    said = commands.close_alert(work, alert, actionability=data.actionability, reason=data.reason)
    return _alert(said)


@get("/sources", sync_to_thread=True, operation_id="listSources")
def sources(work: Given[UnitOfWork]) -> SourcePage:
    """List who may send, with when each was last heard."""
    return SourcePage(items=[_source(health) for health in commands.sources(work)])


@get("/dead-letters", sync_to_thread=True, operation_id="listDeadLetters")
def letters(
    work: Given[UnitOfWork], cursor: Cursor = None, limit: Limit = USUAL_PAGE
) -> Response[LetterPage]:
    """List what could not be read and was not read since, newest first."""
    seal = seal_of(work)
    after = opened(seal, "dead letters", cursor, str)
    found = commands.dead_letters(work, after=after, limit=limit + 1)
    more = closed(seal, "dead letters", found[limit - 1].id) if len(found) > limit else None
    return _private(LetterPage(items=found[:limit], next=more))


@post("/dead-letters/{letter:str}/replay", sync_to_thread=True, status_code=204)
def replay(work: Given[UnitOfWork], submit: Given[Submit], letter: FromPath[str]) -> None:
    """Read a dead letter again."""
    commands.replay_dead_letter(work, letter, submit)


def _alert(alert: Occurrence) -> AlertShown:
    return AlertShown(**{name: getattr(alert, name) for name in AlertShown.__dataclass_fields__})


def _source(health: Health) -> SourceShown:
    source = health.source
    return SourceShown(
        id=source.id,
        name=source.name,
        kind=source.kind.value,
        peer_url=source.peer_url,
        rate=source.rate,
        signals=health.signals,
        last_at=health.last_at,
    )


def _private(page: Page) -> Response[Page]:
    return Response(page, headers={"cache-control": "private, no-cache"})


ROUTER: Final = Router(
    "/api/v1", route_handlers=[index, one, close, sources, letters, replay], tags=["Alerts"]
)
