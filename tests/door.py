"""The API's door for tests: the real handlers over a real ledger; who asks is named by the token."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from litestar import Litestar, Request, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.testing import TestClient

from tocsin.access.policy import Actor, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.api import openapi, problem
from tocsin.api.asked_once import asked_once
from tocsin.api.hub import Hub
from tocsin.api.reading import StrictReading
from tocsin.api.stream import api_stream
from tocsin.api.subscriber import Renewal
from tocsin.features.evidence.api import ROUTER as EVIDENCE
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents.api import ROUTER, tasks
from tocsin.features.messages.api import ROUTERS as MESSAGES
from tocsin.features.paper.api import ROUTER as PAPER
from tocsin.features.paper.port import Terms as PaperTerms
from tocsin.features.people.api import ROUTERS as PEOPLE
from tocsin.features.playbooks.api import ROUTERS as PLAYBOOKS
from tocsin.features.search.api import ROUTER as SEARCH
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger

Client = TestClient[Litestar]

ROLES = {
    "ada": Role.MANAGER,
    "bea": Role.MANAGER,
    "eve": Role.MANAGER,
    "olga": Role.OBSERVER,
    "tim": Role.AUDITOR,
}


def actor(name: str) -> Actor:
    """Whoever is meant by a name."""
    if name not in ROLES:
        raise Refused("not_signed_in", "Send a token.")
    return holding(ROLES[name], By(id=name, kind="person"), name)


def app(ledger: Ledger, hub: Hub | None = None) -> Litestar:
    """The API over a ledger."""

    def who(request: Request[Any, Any, Any]) -> str:
        return str(request.headers.get("authorization", "")).removeprefix("Bearer ")

    async def work(request: Request[Any, Any, Any]) -> UnitOfWork:
        return UnitOfWork(ledger, actor(who(request)), await asked_once(request))

    async def renewal(request: Request[Any, Any, Any]) -> Renewal:
        name = who(request)
        return Renewal(lambda: actor(name))

    async def unread(request: Request[Any, Any, Any]) -> UnitOfWork:
        return UnitOfWork(ledger, actor(who(request)))

    terms, paper_terms = Terms(), PaperTerms()
    given = {
        "work": Provide(work),
        "unread": Provide(unread),
        "renewal": Provide(renewal),
        "evidence_terms": Provide(lambda: terms, sync_to_thread=False),
        "paper_terms": Provide(lambda: paper_terms, sync_to_thread=False),
    }
    routers: list[Router | BaseRouteHandler] = [
        ROUTER,
        tasks.ROUTER,
        *PEOPLE,
        EVIDENCE,
        PAPER,
        *PLAYBOOKS,
        SEARCH,
        *MESSAGES,
        api_stream,
    ]
    return Litestar(
        [*routers, openapi.description(routers)],
        dependencies=given,
        exception_handlers=problem.HANDLERS,
        middleware=[StrictReading()],
        openapi_config=None,
        state=State({"hub": hub}, deep_copy=False),
        on_startup=[] if hub is None else [hub.start],
        on_shutdown=[] if hub is None else [hub.stop],
    )


@contextmanager
def client(ledger: Ledger, name: str = "ada") -> Generator[Client]:
    """Somebody at the door."""
    with TestClient(app(ledger), raise_server_exceptions=False) as made:
        made.headers["authorization"] = f"Bearer {name}"
        yield made
