"""Addresses that take mail in, on pages: one's own to declare with, and one's own of an incident."""

from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands as incidents
from tocsin.features.mail_in import commands
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.terms import OwnerKind
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import shown
from tocsin.web.answers import ANSWERS
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]


@get("/account/mail", sync_to_thread=True)
def own(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    mail_terms: Given[MailTerms],
) -> Response[str]:
    """Show one's own addresses that declare: that they are there, not what they are."""
    mail_terms.must_be_on()
    return _account(request, work, viewer)


@post("/account/mail", sync_to_thread=True)
def create(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    mail_terms: Given[MailTerms],
) -> Response[str]:
    """Make one, and show it this once."""
    made = tried(lambda: commands.create(work, mail_terms, OwnerKind.PERSON, viewer.person))
    if isinstance(made, Refused):
        return _account(request, work, viewer, refused=made)
    return _account(request, work, viewer, made=made)


@post("/account/mail/{address:str}/revocation", sync_to_thread=True)
def revoke(work: Given[UnitOfWork], address: FromPath[str]) -> Redirect:
    """Have mail to one of them refused."""
    commands.revoke(work, address)
    return Redirect("/account/mail", status_code=303)


@get("/incidents/{reference:str}/mail", sync_to_thread=True)
def of_incident(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    mail_terms: Given[MailTerms],
    reference: FromPath[str],
) -> Response[str]:
    """Show one's own address of an incident, or how to make it."""
    address = commands.shown(work, mail_terms, reference)
    incident = incidents.one(work, reference).incident
    values: dict[str, Any] = {
        "address": address,
        "incident": incident,
        "title": shown(incident.title),
        "place": f"/incidents/{incident.reference}",
    }
    answer = page(request, viewer, "mail_in/incident.html", active="incidents", **values)
    answer.headers["cache-control"] = "no-store"
    return answer


@post("/incidents/{reference:str}/mail", sync_to_thread=True)
def change_of_incident(
    work: Given[UnitOfWork],
    mail_terms: Given[MailTerms],
    reference: FromPath[str],
    data: Fields,
) -> Redirect:
    """Make it, replace it, or have mail to it refused."""
    wish = text(data, "wish")
    if wish == "close":
        commands.closed(work, reference)
    else:
        commands.opened(work, mail_terms, reference, anew=wish == "anew")
    return Redirect(f"/incidents/{reference}/mail", status_code=303)


def _account(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    *,
    made: commands.Made | None = None,
    refused: Refused | None = None,
) -> Response[str]:
    answer = page(
        request,
        viewer,
        "mail_in/account.html",
        active="account",
        status=status_of(refused.code) if refused else 200,
        addresses=commands.own(work),
        made=made,
        reason=refused.reason if refused else "",
    )
    answer.headers["cache-control"] = "no-store"
    return answer


ROUTER: Final = Router(
    "/",
    route_handlers=[own, create, revoke, of_incident, change_of_incident],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)
