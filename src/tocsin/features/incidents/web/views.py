"""Saved views in the browser: kept from the list as it stands, renamed, deleted."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.access.policy import Permission
from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import ViewWish
from tocsin.features.incidents.rules.query import read_spelled
from tocsin.features.incidents.terms import ViewAudience
from tocsin.features.incidents.web.listing import asked_in
from tocsin.features.people import commands as people
from tocsin.features.people.rows.names import names
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]


@get("/incidents/views", sync_to_thread=True)
def show(request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer]) -> Response[str]:
    """Show the saved views, and the form that keeps the list one comes from."""
    return _page(request, work, viewer, {"query": asked_in(request).spelled()})


@post("/incidents/views", sync_to_thread=True)
def save(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Keep a list under a name, and go to it."""
    done = tried(lambda: commands.save_view(work, _wish(data)))
    if isinstance(done, Refused):
        return _page(request, work, viewer, {**data, "wrong": "save"}, done)
    return Redirect(read_spelled(text(data, "query")).address(), status_code=303)


@post("/incidents/views/{view:str}/name", sync_to_thread=True)
def rename(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    view: FromPath[str],
    data: Fields,
) -> Response[Any]:
    """Give a view another name."""
    done = tried(lambda: commands.rename_view(work, view, text(data, "name")))
    if isinstance(done, Refused):
        return _page(request, work, viewer, {"wrong": view}, done)
    return Redirect("/incidents/views", status_code=303)


@post("/incidents/views/{view:str}/removal", sync_to_thread=True)
def delete(work: Given[UnitOfWork], view: FromPath[str]) -> Redirect:
    """List a view no more."""
    commands.delete_view(work, view)
    return Redirect("/incidents/views", status_code=303)


def _wish(data: dict[str, Any]) -> ViewWish:
    """The form offers oneself, everybody, and each team by its name."""
    audience, _, team = text(data, "audience").partition(" ")
    if audience not in set(ViewAudience):
        raise Refused("no_such_audience", "Say who shall see the view.")
    return ViewWish(
        name=text(data, "name"),
        query=text(data, "query"),
        audience=ViewAudience(audience),
        team=team or None,
    )


def _page(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    fields: dict[str, Any],
    refused: Refused | None = None,
) -> Response[str]:
    is_admin = Permission.MANAGE_SETTINGS in viewer.may
    kept = commands.saved_views(work)
    with work.look(Permission.SEE_INCIDENTS) as look:
        called = names(look.rows, {view.owner for view in kept})
    return page(
        request,
        viewer,
        "incidents/views.html",
        active="incidents",
        status=status_of(refused.code) if refused else 200,
        query=text(fields, "query"),
        name=text(fields, "name"),
        audience=text(fields, "audience"),
        teams=people.me(work).teams,
        views=kept,
        own=[view.id for view in kept if is_admin or view.owner == work.actor.by.id],
        names=called,
        wrong=text(fields, "wrong"),
        reason=refused.reason if refused else "",
    )


HANDLERS: Final = [show, save, rename, delete]
