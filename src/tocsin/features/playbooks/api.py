"""Templates and severity criteria over HTTP: list, get, put, delete."""

from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from litestar import Router, delete, get, put
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from tocsin.access.work import UnitOfWork
from tocsin.features.playbooks import commands
from tocsin.features.playbooks.rules import checking
from tocsin.features.playbooks.terms import (
    SAID,
    KeptTemplate,
    Level,
    Runbook,
    SeverityCriteria,
    Template,
    plain,
)

Line = Annotated[str, Field(max_length=checking.LONGEST_LINE)]
Severity = Annotated[int, Field(ge=1, le=4, strict=True, description="1 is the worst.")]
OfService = Annotated[
    str | None, QueryParameter(max_length=200, description="Only those that name this service.")
]


class RunbookAsked(BaseModel):
    """A link to what to do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Line
    url: Annotated[str, Field(max_length=checking.LONGEST_URL, description="https only.")]


class TemplateAsked(BaseModel):
    """A template, whole: what is not said is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    services: Annotated[list[Line], Field(max_length=checking.MOST_SERVICES)] = []
    title: Annotated[
        str,
        Field(max_length=checking.LONGEST_TITLE, description=f"With {SAID} where the line stands."),
    ] = SAID
    severity: Severity | None = None
    team: Line | None = None
    first_tasks: Annotated[str, Field(max_length=checking.LONGEST_TASKS)] = ""
    runbooks: Annotated[list[RunbookAsked], Field(max_length=checking.MOST_RUNBOOKS)] = []
    asks: Annotated[list[Line], Field(max_length=checking.MOST_QUESTIONS)] = []


class LevelAsked(BaseModel):
    """What one severity means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: Line
    what: Line
    words: Annotated[list[Line], Field(max_length=checking.MOST_WORDS)] = []


class CriteriaAsked(BaseModel):
    """What the severities mean, from Sev-1 to Sev-4."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    levels: Annotated[list[LevelAsked], Field(min_length=4, max_length=4)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateShown:
    """A template in use, and which version of it this is."""

    name: str
    version: int
    services: tuple[str, ...]
    title: str
    severity: int | None
    team: str | None
    first_tasks: str
    runbooks: tuple[Runbook, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatePage:
    """The templates in use, by name."""

    items: list[TemplateShown]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaShown:
    """What the severities mean, from Sev-1 to Sev-4; `is_shipped` where Tocsin says so itself."""

    levels: tuple[Level, ...]
    is_shipped: bool


@get("/", sync_to_thread=True, operation_id="listTemplates")
def index(work: Given[UnitOfWork], service: OfService = None) -> TemplatePage:
    """List the templates in use."""
    return TemplatePage(items=[_shown(one) for one in commands.templates(work, service)])


@get("/{name:str}", sync_to_thread=True, operation_id="getTemplate")
def one(work: Given[UnitOfWork], name: FromPath[str]) -> TemplateShown:
    """Show a template."""
    return _shown(commands.template(work, name))


@put("/{name:str}", sync_to_thread=True, operation_id="putTemplate")
def write(
    work: Given[UnitOfWork], name: FromPath[str], data: JSONBody[TemplateAsked]
) -> TemplateShown:
    """Write a template, or a new version of one."""
    return _shown(commands.write_template(work, name, msgspec.convert(data.model_dump(), Template)))


@delete("/{name:str}", sync_to_thread=True, operation_id="retireTemplate")
def retire(work: Given[UnitOfWork], name: FromPath[str]) -> None:
    """Take a template out of use. Incidents that were declared with it keep its name and version."""
    commands.retire_template(work, name)


@get("/", sync_to_thread=True, operation_id="getSeverityCriteria")
def criteria(work: Given[UnitOfWork]) -> CriteriaShown:
    """Show what the severities mean."""
    return _as_they_are(work)


def _as_they_are(work: UnitOfWork) -> CriteriaShown:
    found, is_shipped = commands.criteria(work)
    return CriteriaShown(levels=tuple(map(plain, found.levels)), is_shipped=is_shipped)


@put("/", sync_to_thread=True, operation_id="putSeverityCriteria")
def write_criteria(work: Given[UnitOfWork], data: JSONBody[CriteriaAsked]) -> CriteriaShown:
    """Say what the severities mean from now on."""
    said = msgspec.convert(data.model_dump(), SeverityCriteria)
    commands.write_criteria(work, said)
    return _as_they_are(work)


@delete("/", sync_to_thread=True, operation_id="shipSeverityCriteria")
def ship_criteria(work: Given[UnitOfWork]) -> None:
    """Let the shipped criteria hold again."""
    commands.ship_criteria(work)


def _shown(kept: KeptTemplate) -> TemplateShown:
    said = kept.template
    return TemplateShown(
        name=kept.name,
        version=kept.version,
        services=said.services,
        title=said.title,
        severity=said.severity,
        team=said.team,
        first_tasks=said.first_tasks,
        runbooks=said.runbooks,
        asks=said.asks,
    )


ROUTERS: Final = [
    Router("/api/v1/templates", route_handlers=[index, one, write, retire], tags=["Templates"]),
    Router(
        "/api/v1/severity-criteria",
        route_handlers=[criteria, write_criteria, ship_criteria],
        tags=["Templates"],
    ),
]
