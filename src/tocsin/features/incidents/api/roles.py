"""Who does what in an incident: roles, offers, responders, followers, and who is here."""

from typing import Final

from litestar import Response, delete, get, post, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from tocsin.access.work import UnitOfWork
from tocsin.api.setting import PRIVATE, SETTING
from tocsin.api.told import person
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import asked_roles, showing, showing_roles
from tocsin.features.incidents.api.answers import Answer, AnyRequest, answer, expected, names
from tocsin.features.incidents.api.shown_roles import (
    CandidateList,
    PresenceList,
    RoleList,
)
from tocsin.features.incidents.commands import presence, roles
from tocsin.features.incidents.terms import RoleName
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

ME: Final = "me"


@get("/{reference:str}/roles", sync_to_thread=True, operation_id="listRoles")
def index(work: Given[UnitOfWork], reference: FromPath[str]) -> Response[RoleList]:
    """Show who holds which role since when, and to whom roles are offered."""
    it = commands.one(work, reference).incident
    known = names(work, showing.people_of(it))
    return Response(RoleList(items=list(showing_roles.roles(it, known))), headers=PRIVATE)


@get("/{reference:str}/candidates", sync_to_thread=True, operation_id="listCandidates")
def candidates(work: Given[UnitOfWork], reference: FromPath[str]) -> Response[CandidateList]:
    """List the people who can be chosen for something, and why others cannot."""
    found = [showing_roles.candidate(one) for one in roles.candidates(work, reference)]
    return Response(CandidateList(items=found), headers=PRIVATE)


@get("/{reference:str}/presence", sync_to_thread=True, operation_id="listPresence")
def here(work: Given[UnitOfWork], reference: FromPath[str]) -> Response[PresenceList]:
    """List who has the page of the incident open now."""
    there = presence.who_is_here(work, reference)
    known = names(work, there)
    return Response(PresenceList(items=[person(one, known) for one in there]), headers=PRIVATE)


@route(
    "/{reference:str}/roles/{role:str}", http_method=SETTING, status_code=200, sync_to_thread=True
)
def take(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    role: FromPath[str],
    data: JSONBody[asked_roles.Taking | None] = None,
) -> Answer:
    """Take a role oneself, at once."""
    said, base = data or asked_roles.Taking(), expected(request, work, reference)
    which, instead_of = _role(role), said.instead_of
    done = roles.take_role(work, reference, role=which, instead_of=instead_of, expected=base)
    return answer(work, done)


@delete("/{reference:str}/roles/{role:str}", status_code=200, sync_to_thread=True)
def give_up(
    request: AnyRequest, work: Given[UnitOfWork], reference: FromPath[str], role: FromPath[str]
) -> Answer:
    """Hold a role no more; the commander may say so for others."""
    base = expected(request, work, reference)
    return answer(work, roles.give_up_role(work, reference, role=_role(role), expected=base))


@post("/{reference:str}/offers", sync_to_thread=True)
def offer(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked_roles.RoleOffer],
) -> Answer:
    """Ask a person to take a role; for the command this is handing it over."""
    base, who, note = expected(request, work, reference), data.person, data.note
    done = roles.offer_role(work, reference, role=data.role, person=who, note=note, expected=base)
    return answer(work, done, status=201)


@delete("/{reference:str}/offers/{role:str}", status_code=200, sync_to_thread=True)
def withdraw(
    request: AnyRequest, work: Given[UnitOfWork], reference: FromPath[str], role: FromPath[str]
) -> Answer:
    """Ask no more whether somebody takes a role."""
    base = expected(request, work, reference)
    return answer(work, roles.withdraw_offer(work, reference, role=_role(role), expected=base))


@route(
    "/{reference:str}/offers/{role:str}/acceptance",
    http_method=SETTING,
    status_code=200,
    sync_to_thread=True,
)
def accept(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    role: FromPath[str],
    data: JSONBody[asked_roles.Acceptance | None] = None,  # noqa: ARG001 - an empty body may be sent, no other
) -> Answer:
    """Take what was offered to oneself."""
    base = expected(request, work, reference)
    return answer(work, roles.accept_role(work, reference, role=_role(role), expected=base))


@route(
    "/{reference:str}/offers/{role:str}/refusal",
    http_method=SETTING,
    status_code=200,
    sync_to_thread=True,
)
def decline(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    role: FromPath[str],
    data: JSONBody[asked_roles.Refusal | None] = None,
) -> Answer:
    """Say no to what was offered to oneself."""
    base = expected(request, work, reference)
    why = None if data is None else data.reason
    done = roles.decline_role(work, reference, role=_role(role), reason=why, expected=base)
    return answer(work, done)


@route(
    "/{reference:str}/responders/{who:str}",
    http_method=SETTING,
    status_code=200,
    sync_to_thread=True,
)
def engage(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    who: FromPath[str],
    data: JSONBody[asked_roles.Acceptance | None] = None,  # noqa: ARG001 - as above
) -> Answer:
    """Work on it from now on (`me`), or as its commander call somebody in by id."""
    base = expected(request, work, reference)
    return answer(work, roles.engage(work, reference, person=_person(who), expected=base))


@delete("/{reference:str}/responders/{who:str}", status_code=200, sync_to_thread=True)
def stand_down(
    request: AnyRequest, work: Given[UnitOfWork], reference: FromPath[str], who: FromPath[str]
) -> Answer:
    """Work on it no more (`me`), or as its commander let somebody go by id."""
    base = expected(request, work, reference)
    return answer(work, roles.stand_down(work, reference, person=_person(who), expected=base))


@route("/{reference:str}/followers/me", http_method=SETTING, status_code=200, sync_to_thread=True)
def follow(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked_roles.Acceptance | None] = None,  # noqa: ARG001 - as above
) -> Answer:
    """Want to know how it goes on."""
    return answer(work, roles.follow(work, reference, expected(request, work, reference)))


@delete("/{reference:str}/followers/me", status_code=200, sync_to_thread=True)
def unfollow(request: AnyRequest, work: Given[UnitOfWork], reference: FromPath[str]) -> Answer:
    """Want to know no more."""
    return answer(work, roles.unfollow(work, reference, expected(request, work, reference)))


def _role(name: str) -> RoleName:
    if name not in set(RoleName):
        known = ", ".join(RoleName)
        raise Refused(
            "unknown_role",
            phrase("There is no role %(name)s. There are: %(known)s.", name=name[:40], known=known),
        )
    return RoleName(name)


def _person(who: str) -> str | None:
    return None if who == ME else who


HANDLERS: Final = [
    index,
    candidates,
    here,
    take,
    give_up,
    offer,
    withdraw,
    accept,
    decline,
    engage,
    stand_down,
    follow,
    unfollow,
]
