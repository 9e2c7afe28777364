"""Puts the doors of all features into one ASGI application, each kind behind its own way in."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from tocsin.access.policy import Permission
from tocsin.api import problem
from tocsin.api.hub import Hub
from tocsin.api.openapi import description
from tocsin.api.reading import StrictReading
from tocsin.api.stream import api_stream, page_stream
from tocsin.api.subscriber import Watched
from tocsin.features.alerts.intake import Intake
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.rows.entries import audiences_after
from tocsin.features.paper.port import Terms as PaperTerms
from tocsin.foundation.phrase import phrase
from tocsin.integrations.dialects import DIALECTS
from tocsin.ledger.ledger import Ledger
from tocsin.runtime import health
from tocsin.runtime.doors import Doors, provided
from tocsin.runtime.features import FEATURES
from tocsin.runtime.front import Front
from tocsin.runtime.outside import evidence_terms, mail_terms
from tocsin.runtime.settings import Settings
from tocsin.web import answers, assets, theme
from tocsin.web.security import OnlyText, SecurityHeaders

API: Final = "/api/v1"
MONITORS: Final = ("/api/v2", "/-")

WATCHED: Final = (Watched("incidents", Permission.SEE_INCIDENTS, INCIDENT, audiences_after),)
ALERT_KEYS: Final = ("signals", "alert", "source", "silence", "peer_silence")
"""What events about alerts are recorded under."""
RIGHTS_KEYS: Final = ("person", "session", "team", "audience", "token")
"""What events are recorded under that may change what somebody may do."""

Kinds = dict[str, list[Router]]


def make_app(ledger: Ledger, chosen: Settings) -> Front:
    """The whole application over one ledger."""
    doors = Doors(ledger)
    hub = Hub(ledger, WATCHED, alert_keys=ALERT_KEYS, rights_keys=RIGHTS_KEYS)
    intake = Intake(ledger, DIALECTS, doors.token)
    terms, paper_terms, mail = evidence_terms(chosen), PaperTerms(), mail_terms(chosen)
    pages = Litestar(
        route_handlers=[*_grouped(doors), health.OPEN, assets.ROUTER, theme.ROUTER],
        dependencies={
            "ledger": Provide(lambda: ledger, sync_to_thread=False),
            "evidence_terms": Provide(lambda: terms, sync_to_thread=False),
            "paper_terms": Provide(lambda: paper_terms, sync_to_thread=False),
            "mail_terms": Provide(lambda: mail, sync_to_thread=False),
            "submit": Provide(lambda: intake.replay, sync_to_thread=False),
        },
        exception_handlers={kind: _by_door(kind) for kind in answers.ANSWERS},
        middleware=[SecurityHeaders()],
        openapi_config=None,
        logging_config=None,
        state=State(
            {
                "over_tls": chosen.address.startswith("https://"),
                "hub": hub,
                "takes_mail": bool(mail.domain),
                "fallback_note": phrase(chosen.fallback_note),
                "foresees": [one.foresees for one in FEATURES if one.foresees is not None],
                "sends_mail": bool(chosen.smtp_url),
                "data_place": str(chosen.data_folder.absolute()),
            },
            deep_copy=False,
        ),
        lifespan=[_lifespan(hub, intake)],
    )
    return Front(intake, pages, hub.close)


def _grouped(doors: Doors) -> Sequence[Router | BaseRouteHandler]:
    """The features' routers, under what each kind of door needs."""
    given, kinds = provided(doors), _by_kind()
    described: list[Router | BaseRouteHandler] = [*kinds["api"], api_stream]
    return [
        description(described),
        Router(
            "/",
            route_handlers=[*described, health.FOR_TOKENS],
            dependencies=given["api"],
            exception_handlers=problem.HANDLERS,
            middleware=[StrictReading()],
        ),
        Router("/", route_handlers=kinds["monitors"], dependencies=given["monitors"]),
        Router(
            "/",
            route_handlers=[*kinds["pages"], page_stream],
            dependencies=given["pages"],
            exception_handlers=answers.ANSWERS,
            middleware=[OnlyText()],
            include_in_schema=False,
        ),
    ]


def _by_kind() -> Kinds:
    kinds: Kinds = {"api": [], "monitors": [], "pages": []}
    for feature in FEATURES:
        for router in feature.routers:
            kinds[_kind(router.path)].append(router)
    return kinds


def _kind(path: str) -> str:
    if path.startswith(API):
        return "api"
    return "monitors" if path.startswith(MONITORS) else "pages"


def _by_door(kind: int | type[Exception]) -> Callable[[Request[Any, Any, Any], Any], Any]:
    """What is refused before a door was found is answered by the kind that its path would have been."""

    def answer(request: Request[Any, Any, Any], exception: Any) -> Any:  # noqa: ANN401 - Litestar's
        of_api = _kind(request.url.path) != "pages"
        return (problem.HANDLERS if of_api else answers.ANSWERS)[kind](request, exception)

    return answer


def _lifespan(hub: Hub, intake: Intake) -> Callable[[Litestar], Any]:
    @asynccontextmanager
    async def living(_: Litestar) -> AsyncGenerator[None]:
        await hub.start()
        await intake.start()
        try:
            yield
        finally:
            await intake.stop()
            await hub.stop()

    return living
