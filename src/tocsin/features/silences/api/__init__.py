"""Alertmanager's API v2 as a door: what `amtool`, karma and Prometheus' tools ask and are answered."""

from typing import Final

from litestar import Router
from litestar.types import ControllerRouterHandler

from tocsin.features.silences.api.alerts import alert_groups, alerts
from tocsin.features.silences.api.refusals import answered
from tocsin.features.silences.api.silences import (
    delete_silence,
    get_silence,
    list_silences,
    post_silence,
)
from tocsin.features.silences.api.standing import healthy, ready, receivers, status
from tocsin.foundation.refusal import Refused


def _router(path: str, *handlers: ControllerRouterHandler) -> Router:
    return Router(
        path,
        route_handlers=handlers,
        exception_handlers={Refused: answered},
        include_in_schema=False,
    )


ROUTERS: Final = [
    _router(
        "/api/v2",
        *(status, receivers, alerts, alert_groups),
        *(list_silences, post_silence, get_silence, delete_silence),
    ),
    _router("/-", healthy, ready),
]
"""All of it but `POST /api/v2/alerts`, which the intake answers ahead of the framework."""
