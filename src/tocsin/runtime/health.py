"""Whether a process lives, whether it can serve, and what a Prometheus may read of it."""

from typing import Any, Final

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency as Given
from sqlalchemy import select

from tocsin.access.work import UnitOfWork
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.tables import HEAD
from tocsin.runtime import metrics

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@get("/healthz", media_type=MediaType.TEXT, include_in_schema=False, sync_to_thread=False)
def healthz() -> str:
    """The process lives. Nothing is asked of the database."""
    return "ok\n"


@get("/readyz", media_type=MediaType.TEXT, include_in_schema=False, sync_to_thread=True)
def readyz(ledger: Given[Ledger]) -> Response[str]:
    """The process can serve: the database answers."""
    try:
        with ledger.read() as rows:
            rows.execute(select(HEAD.c.only)).one()
    except Refused as refused:
        wait = {"retry-after": str(refused.retry_after_seconds or 5)}
        return Response(f"{refused.code}\n", status_code=503, headers=wait)
    return Response("ok\n")


@get("/metrics", include_in_schema=False, sync_to_thread=True)
def exposed(work: Given[UnitOfWork]) -> Response[Any]:
    """The metrics, for whoever holds a token."""
    return Response(metrics.exposed(work.ledger), media_type=CONTENT_TYPE)


OPEN: Final = Router("/", route_handlers=[healthz, readyz])
FOR_TOKENS: Final = Router("/", route_handlers=[exposed])
