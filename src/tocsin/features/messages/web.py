"""Messages to people in the browser: what reaches oneself, who was told what, and turning it off."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tocsin.access.policy import Permission
from tocsin.access.status import status_of
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows.sources import names_of
from tocsin.features.incidents.commands import find
from tocsin.features.messages import commands
from tocsin.features.messages.rules.wording import WHY
from tocsin.features.messages.sentences import BECAUSE, REASONS
from tocsin.features.messages.terms import Choices, Concern, Way
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import shown
from tocsin.web.answers import ANSWERS
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.security import refuse_forgeries
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
PAGE: Final = 50
CONCERNS: Final = {
    Concern.MENTIONED: (
        phrase("Mentions"),
        phrase("You, or a team of yours, after an @ in a note."),
    ),
    Concern.ASKED: (
        phrase("Roles"),
        phrase("You are offered a role, put in command or called in."),
    ),
    Concern.TASK: (
        phrase("Tasks"),
        phrase("A task becomes yours, or yours is due at another time."),
    ),
    Concern.FOLLOWED: (
        phrase("Incidents you follow"),
        phrase("Their state, severity and situation, and status updates; not every note."),
    ),
    Concern.TEAM: (
        phrase("Incidents of your teams"),
        phrase("One is declared for a team that you are in."),
    ),
}
WAYS: Final = {
    Way.AT_ONCE: phrase("At once"),
    Way.DIGEST: phrase("In the digest"),
    Way.NEVER: phrase("Never"),
}


@get("/account/messages", sync_to_thread=True)
def own(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], before: FromQuery[str] = ""
) -> Response[str]:
    """Show what reaches oneself, and what did."""
    return _own(request, work, viewer, commands.choices(work), before=before)


@post("/account/messages", sync_to_thread=True)
def choose(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Choose what reaches oneself, and when."""
    chosen = tried(lambda: _chosen(data))
    done = chosen if isinstance(chosen, Refused) else tried(lambda: commands.choose(work, chosen))
    if isinstance(done, Refused):
        kept = commands.choices(work) if isinstance(chosen, Refused) else chosen
        return _own(request, work, viewer, kept, refused=done)
    return Redirect("/account/messages", status_code=303)


@get("/incidents/{reference:str}/told", sync_to_thread=True)
def of_incident(
    request: Asked,
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    reference: FromPath[str],
    before: FromQuery[str] = "",
) -> Response[str]:
    """Show who was told what of an incident, and when."""
    found = commands.told_of_incident(work, reference, before=before or None, limit=PAGE + 1)
    with work.look(Permission.SEE_INCIDENTS) as look:
        incident = find(look, reference).incident
        called = names_of(look.rows, {id_ for one in found for id_ in (one.person, one.by)})
    return page(
        request,
        viewer,
        "messages/of_incident.html",
        active="incidents",
        incident=incident,
        title=shown(incident.title),
        place=f"/incidents/{incident.reference}",
        called=called,
        because=BECAUSE,
        **_listed(found),
    )


@get("/messages/off/{token:str}", sync_to_thread=True)
def ask_off(request: Asked, ledger: Given[Ledger], token: FromPath[str]) -> Response[str]:
    """Ask whether to turn off what a link names. Looking at it changes nothing."""
    named = commands.named_by(ledger, token)
    return _off(request, named.concerns, is_done=False)


@post("/messages/off/{token:str}", status_code=200)
async def turn_off(request: Asked, ledger: Given[Ledger], token: FromPath[str]) -> Response[str]:
    """Turn it off: by the button, or by a mail program's one click (RFC 8058).

    The link itself says whose it is, so no session is asked for; a page elsewhere is refused.
    """
    await refuse_forgeries(request, csrf=None)
    named = commands.turn_off(ledger, token)
    return _off(request, named.concerns, is_done=True)


def _off(request: Asked, concerns: tuple[Concern, ...], *, is_done: bool) -> Response[str]:
    what = [CONCERNS[concern] for concern in concerns]
    here = request.url.path
    return page(request, None, "messages/off.html", what=what, is_done=is_done, action=here)


def _own(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    chosen: Choices,
    *,
    before: str = "",
    refused: Refused | None = None,
) -> Response[str]:
    found = commands.told_person(work, before=before or None, limit=PAGE + 1)
    with work.look(Permission.SEE_PEOPLE) as look:
        called = names_of(look.rows, {one.by for one in found})
    return page(
        request,
        viewer,
        "messages/own.html",
        active="account",
        status=status_of(refused.code) if refused else 200,
        reason=refused.reason if refused else "",
        chosen=chosen,
        concerns=CONCERNS,
        ways=WAYS,
        sends_mail=request.app.state.sends_mail,
        called=called,
        **_listed(found),
    )


def _listed(found: Any) -> dict[str, Any]:  # noqa: ANN401 - messages, as they were read
    following = found[PAGE - 1].id if len(found) > PAGE else None
    return {"messages": found[:PAGE], "following": following, "why": WHY, "reasons": REASONS}


def _chosen(data: Mapping[str, Any]) -> Choices:
    ways = {concern.value: _way(text(data, concern.value)) for concern in Concern}
    return Choices(
        **ways,
        digest_at=_of_day(text(data, "digest_at")) or Choices().digest_at,
        quiet_from=_of_day(text(data, "quiet_from")),
        quiet_until=_of_day(text(data, "quiet_until")),
        asked_may_wake=bool(text(data, "asked_may_wake")),
    )


def _way(said: str) -> Way:
    try:
        return Way(said)
    except ValueError:
        raise Refused("no_such_way", "Choose: at once, in the digest, or never.") from None


def _of_day(said: str) -> time | None:
    """A time of day as a form writes it, to the minute; None where the field is empty."""
    if not said:
        return None
    try:
        return time.fromisoformat(said).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Refused("bad_time", "Give the time of day as 22:30.") from None


ROUTER: Final = Router(
    "/",
    route_handlers=[own, choose, of_incident, ask_off, turn_off],
    exception_handlers=ANSWERS,
    include_in_schema=False,
)
