"""Declaring an incident: one line is enough, and what may be known already is shown beside it.

What was typed is looked ahead with by POST, so that no address and no log of addresses holds it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery
from litestar.response import Redirect

from tocsin.access.policy import Permission
from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, Preview
from tocsin.features.incidents.commands.roles import engage
from tocsin.features.incidents.port import Effect
from tocsin.features.incidents.rows import listing
from tocsin.features.incidents.rows.listing import OPEN
from tocsin.features.incidents.web.declared import CHOICES, NO_TEMPLATE, Form, beside, full
from tocsin.features.people.rows.names import names
from tocsin.features.playbooks import rows as playbooks
from tocsin.features.playbooks.rules.choosing import for_service
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
ICONS: Final = {
    Effect.RECORDED: "hash",
    Effect.SEEN: "eye",
    Effect.PAGED: "bell",
    Effect.TOLD: "mail",
    Effect.MIRRORED: "bell-off",
    Effect.PREPARED: "file-text",
    Effect.FIGURES: "triangle-alert",
}


@get("/declare", sync_to_thread=True)
def form(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    title: FromQuery[str] = "",
    mode: FromQuery[str] = "",
) -> Response[str]:
    """Show the form; with a title in the address, also what may be known already."""
    return _form(request, work, viewer, {"title": title[:300], "mode": mode}, None)


@post("/declare/ahead", sync_to_thread=True, status_code=200)
def ahead(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[str]:
    """What is known of what was typed so far, as parts of the page."""
    values = _values(request, work, viewer, data)
    return page(request, viewer, "incidents/declaring/ahead.html", **values)


@post("/declare/join", sync_to_thread=True)
def join(work: Given[UnitOfWork], data: Fields) -> Redirect:
    """Join an incident that is the same instead of declaring another."""
    shown = engage(work, text(data, "join"))
    return Redirect(f"/incidents/{shown.incident.reference}#write", status_code=303)


@post("/declare", sync_to_thread=True)
def declare(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Declare, and go to the incident; or show the form again with what is wrong beside its field."""
    if text(data, "check"):
        return _form(request, work, viewer, data, None)
    said = _sent(work, viewer, data)
    done = tried(lambda: commands.declare(work, full(said), said.ending()))
    if isinstance(done, Refused):
        return _form(request, work, viewer, data, done)
    return Redirect(f"/incidents/{done.incident.reference}", status_code=303)


def _sent(work: UnitOfWork, viewer: Viewer, data: Mapping[str, Any]) -> Form:
    with work.look(Permission.SEE_INCIDENTS) as look:
        return Form(viewer=viewer, fields=data, templates=playbooks.templates(look.rows))


def _form(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    fields: Mapping[str, Any],
    wrong: Refused | None,
) -> Response[str]:
    values = _values(request, work, viewer, fields)
    values |= {
        "wrong": beside(wrong),
        "modes": [one.value for one in CHOICES],
        "endings": [one.value for one in Actionability],
        "fallback": request.app.state.get("fallback_note", ""),
    }
    status = status_of(wrong.code) if wrong else 200
    return page(
        request, viewer, "incidents/declare.html", active="incidents", status=status, **values
    )


def _values(
    request: Asked, work: UnitOfWork, viewer: Viewer, fields: Mapping[str, Any]
) -> dict[str, Any]:
    work.actor.must_be_allowed_to(Permission.DECLARE)
    foresees = request.app.state.get("foresees", ())
    with work.look(Permission.SEE_INCIDENTS) as look:
        said = Form(viewer=viewer, fields=fields, templates=playbooks.templates(look.rows))
        whole = _allowed(work, said)
        seen = commands.preview_in(look, whole, foresees, is_over=said.is_over)
        commanders = {one.row.commander for one in seen.known if one.row.commander}
        named = {service for one in said.templates for service in one.template.services}
        named |= {str(one) for one in listing.counted(look, OPEN, "service") if one}
        called = names(look.rows, commanders)
    return _seen(said, seen) | {"services": sorted(named), "names": called}


def _allowed(work: UnitOfWork, form: Form) -> Declaration:
    """What may not be chosen is refused when it is declared; the page looks ahead without it."""
    said = form.declaration()
    if said.template not in {one.name for one in form.templates}:
        said = replace(said, template=None)
    may_restrict = Permission.RESTRICT in work.actor.may
    return said if may_restrict else replace(said, restricted_to=None)


def _seen(said: Form, seen: Preview) -> dict[str, Any]:
    fields = said.written()
    return {
        "fields": fields,
        "has_title": bool(fields["title"]),
        "known": seen.known,
        "criteria": seen.criteria,
        "suggestion": seen.suggestion,
        "used": seen.template,
        "templates": said.templates,
        "no_template": NO_TEMPLATE,
        "fitting": [one.name for one in for_service(said.templates, fields["service"])],
        "will": [(ICONS[one.effect], one.text) for one in seen.foreseen],
        "would_be": seen.said,
    }


HANDLERS: Final = [form, ahead, join, declare]
