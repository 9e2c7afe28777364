"""The way in and out. Whoever asks here has no session yet, so the browser says where it comes from."""

from collections.abc import Mapping
from typing import Any, Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery
from litestar.response import Redirect

from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.people import commands
from tocsin.features.people.commands import Attempt
from tocsin.features.people.rules import throttle
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.web import session
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.security import local_path, refuse_forgeries

Asked = Request[Any, Any, Any]

AT_THE_DOOR: Final = CapacityLimiter(4)
"""A crowd at the door waits here, and takes no thread from those who are in."""


@get("/sign-in", sync_to_thread=False)
def form(request: Asked, next: FromQuery[str] = "/") -> Response[str]:  # noqa: A002 - its name in the address
    """Show the form."""
    return _form(request, {"next": next}, None)


@post("/sign-in")
async def enter(request: Asked, ledger: Given[Ledger], data: Fields) -> Response[Any]:
    """Let a person in with a new cookie, or show the form again with the reason."""
    await refuse_forgeries(request, csrf=None)
    attempt = _attempt(request, data)
    done = await run_sync(
        lambda: tried(lambda: commands.sign_in(ledger, attempt)), limiter=AT_THE_DOOR
    )
    if isinstance(done, Refused):
        return _form(request, data, done)
    return Redirect(
        local_path(text(data, "next") or "/"),
        status_code=303,
        cookies=[session.opened(request, done)],
    )


@post("/sign-out", sync_to_thread=True)
def leave(request: Asked, work: Given[UnitOfWork]) -> Redirect:
    """End the session, and make the browser forget it."""
    commands.sign_out(work)
    return Redirect("/sign-in", status_code=303, cookies=[session.closed(request)])


def typed(fields: Mapping[str, Any], name: str) -> str:
    """What was typed as a secret, with every blank it has."""
    found = fields.get(name)
    return found if isinstance(found, str) else ""


def _attempt(request: Asked, data: Mapping[str, Any]) -> Attempt:
    return Attempt(
        email=text(data, "email"),
        password=typed(data, "password"),
        code=text(data, "code"),
        ip_prefix=throttle.prefix(request.client.host if request.client else ""),
        agent=request.headers.get("user-agent", ""),
        replaced=session.secret_in(request) or None,
    )


def _form(request: Asked, data: Mapping[str, Any], refused: Refused | None) -> Response[str]:
    answer = page(
        request,
        None,
        "people/sign_in.html",
        status=status_of(refused.code) if refused else 200,
        email=text(data, "email"),
        next=local_path(text(data, "next") or "/"),
        reason=refused.reason if refused else "",
        wrong=refused.code if refused else "",
    )
    if refused is not None and refused.retry_after_seconds is not None:
        answer.headers["retry-after"] = str(refused.retry_after_seconds)
    return answer


HANDLERS: Final = [form, enter, leave]
