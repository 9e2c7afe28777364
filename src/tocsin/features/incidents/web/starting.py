"""The first page of a new organisation: the bell at rest, and the steps that exist."""

from typing import Any

from litestar import Request, Response

from tocsin.access.policy import Permission
from tocsin.access.work import Look
from tocsin.features.alerts.rows.sources import sources
from tocsin.features.incidents import rows
from tocsin.web.page import page
from tocsin.web.viewer import Viewer


def is_fresh(look: Look) -> bool:
    """Whether there is no incident to be seen and no source of alerts yet."""
    return rows.is_first(look) and not sources(look.rows)


def first_run(request: Request[Any, Any, Any], viewer: Viewer) -> Response[str]:
    """Say how to begin. Where the data lies is told to those who run the place only."""
    runs = Permission.MANAGE_SETTINGS in viewer.may
    place = request.app.state.get("data_place", "") if runs else ""
    values: dict[str, Any] = {"data_place": place}
    return page(request, viewer, "incidents/first.html", active="incidents", **values)
