"""The pages of what is prepared: templates, and what each severity means. Forms only, no script."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.playbooks import commands
from tocsin.features.playbooks.rules.severities import SEVERITIES
from tocsin.features.playbooks.terms import (
    SAID,
    Level,
    Runbook,
    SeverityCriteria,
    Template,
    plain,
)
from tocsin.foundation.refusal import Refused
from tocsin.web.answers import ANSWERS
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
FORM: Final = ("name", "services", "title", "severity", "team", "first_tasks", "runbooks", "asks")
EMPTY: Final[Mapping[str, str]] = dict.fromkeys(FORM, "") | {"title": SAID}


@get("/templates", sync_to_thread=True)
def templates(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], edit: FromQuery[str] = ""
) -> Response[str]:
    """Show the templates in use; with a name in the address, that one in the form."""
    fields = _written(commands.template(work, edit).template, edit) if edit else EMPTY
    return _templates(request, work, viewer, fields, None)


@post("/templates", sync_to_thread=True)
def write_template(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Write a template; or show the form again with what is wrong."""
    done = tried(lambda: commands.write_template(work, text(data, "name"), _template(data)))
    if isinstance(done, Refused):
        fields = {name: text(data, name) for name in FORM}
        return _templates(request, work, viewer, fields, done)
    return Redirect("/settings/templates", status_code=303)


@post("/templates/{name:str}/retire", sync_to_thread=True)
def retire_template(work: Given[UnitOfWork], name: FromPath[str]) -> Redirect:
    """Take a template out of use."""
    commands.retire_template(work, name)
    return Redirect("/settings/templates", status_code=303)


@get("/severities", sync_to_thread=True)
def severities(request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer]) -> Response[str]:
    """Show what the severities mean."""
    return _severities(request, work, viewer, None, None)


@post("/severities", sync_to_thread=True)
def write_severities(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Say what the severities mean from now on; or show the form again with what is wrong."""
    said = _criteria(data)
    done = tried(lambda: commands.write_criteria(work, said))
    if isinstance(done, Refused):
        return _severities(request, work, viewer, said, done)
    return Redirect("/settings/severities", status_code=303)


@post("/severities/shipped", sync_to_thread=True)
def ship_severities(work: Given[UnitOfWork]) -> Redirect:
    """Let the shipped criteria hold again."""
    commands.ship_criteria(work)
    return Redirect("/settings/severities", status_code=303)


def _template(data: Mapping[str, Any]) -> Template:
    severity = text(data, "severity")
    return Template(
        services=_parts(text(data, "services")),
        title=text(data, "title") or SAID,
        severity=None if not severity else int(severity) if severity in "1234" else 0,
        team=text(data, "team") or None,
        first_tasks=text(data, "first_tasks").replace("\r\n", "\n"),
        runbooks=tuple(_runbook(line) for line in _lines(text(data, "runbooks"))),
        asks=_lines(text(data, "asks")),
    )


def _runbook(line: str) -> Runbook:
    """`Name https://…`; without a name the address is it."""
    name, _, url = line.rpartition(" ")
    return Runbook(name=name.strip() or url, url=url)


def _criteria(data: Mapping[str, Any]) -> SeverityCriteria:
    return SeverityCriteria(
        levels=tuple(
            Level(
                who=text(data, f"who-{nth}"),
                what=text(data, f"what-{nth}"),
                words=_parts(text(data, f"words-{nth}")),
            )
            for nth in SEVERITIES
        )
    )


def _parts(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(",") if part.strip())


def _lines(written: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in written.splitlines() if line.strip())


def _written(template: Template, name: str) -> dict[str, str]:
    return {
        "name": name,
        "services": ", ".join(template.services),
        "title": template.title,
        "severity": str(template.severity or ""),
        "team": template.team or "",
        "first_tasks": template.first_tasks,
        "runbooks": "\n".join(f"{one.name} {one.url}" for one in template.runbooks),
        "asks": "\n".join(template.asks),
    }


def _templates(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    fields: Mapping[str, str],
    wrong: Refused | None,
) -> Response[str]:
    values = {"templates": commands.templates(work), "fields": fields, "said": SAID}
    return _page(request, viewer, "templates", wrong, values)


def _severities(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    said: SeverityCriteria | None,
    wrong: Refused | None,
) -> Response[str]:
    criteria, is_shipped = commands.criteria(work)
    written = said or SeverityCriteria(levels=tuple(map(plain, criteria.levels)))
    values = {"criteria": written, "in_use": criteria, "is_shipped": is_shipped}
    return _page(request, viewer, "severities", wrong, values)


def _page(
    request: Asked, viewer: Viewer, name: str, wrong: Refused | None, values: dict[str, Any]
) -> Response[str]:
    status = status_of(wrong.code) if wrong else 200
    values |= {"wrong": wrong.reason if wrong else ""}
    return page(
        request, viewer, f"playbooks/{name}.html", active="settings", status=status, **values
    )


ROUTER: Final = Router(
    "/settings",
    route_handlers=[
        templates,
        write_template,
        retire_template,
        severities,
        write_severities,
        ship_severities,
    ],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)
