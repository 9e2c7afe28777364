"""Roles, coming and going, from the page of an incident; and the beat that says who is here."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.rows import names_of
from tocsin.features.incidents.commands import presence, roles
from tocsin.features.incidents.terms import RoleName
from tocsin.features.incidents.web.deeds import Deed, Onward, handler
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import text
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Written = Mapping[str, Any]
HERE: Final = Onward("#roles")


def _offer(work: UnitOfWork, viewer: Viewer, reference: str, fields: Written) -> object:
    """Ask somebody; whoever chooses themselves takes the role at once."""
    role, person = _role(fields), text(fields, "person")
    if not person:
        raise Refused("person_missing", "Choose who is asked.")
    if person == viewer.person:
        instead_of = text(fields, f"held_{role}") or None
        roles.take_role(work, reference, role=role, instead_of=instead_of)
    else:
        roles.offer_role(work, reference, role=role, person=person, note=text(fields, "note"))
    return HERE


def _take(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    roles.take_role(work, reference, role=_role(fields))
    return HERE


def _accept(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    roles.accept_role(work, reference, role=_role(fields))
    return HERE


def _decline(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    roles.decline_role(work, reference, role=_role(fields), reason=text(fields, "reason"))
    return HERE


def _withdraw(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    roles.withdraw_offer(work, reference, role=_role(fields))
    return HERE


def _give_up(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    roles.give_up_role(work, reference, role=_role(fields))
    return HERE


def _engage(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    roles.engage(work, reference, person=text(fields, "person") or None)
    return HERE


def _stand_down(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    roles.stand_down(work, reference, person=text(fields, "person") or None)
    return HERE


def _follow(work: UnitOfWork, _: Viewer, reference: str, __: Written) -> object:
    roles.follow(work, reference)
    return HERE


def _unfollow(work: UnitOfWork, _: Viewer, reference: str, __: Written) -> object:
    roles.unfollow(work, reference)
    return HERE


def _role(fields: Written) -> RoleName:
    said = text(fields, "role")
    if said not in set(RoleName):
        raise Refused("role_missing", "Choose the role.")
    return RoleName(said)


@post("/incidents/{reference:str}/presence", sync_to_thread=True, status_code=200)
def beat(
    request: Request[Any, Any, Any],
    work: Given[UnitOfWork],
    viewer: Given[Viewer],
    reference: FromPath[str],
) -> Response[str]:
    """Hear that somebody has the page open, and answer who has, as a part of the page."""
    there = presence.come(work, reference)
    with work.look(Permission.SEE_INCIDENTS) as look:
        called = names_of(look.rows, set(there))
    present = sorted(there, key=lambda one: called.get(one, one))
    return page(request, viewer, "incidents/here.html", present=present, who=called)


DEEDS: Final[Mapping[str, Deed]] = {
    "offers": _offer,
    "offers/acceptance": _accept,
    "offers/refusal": _decline,
    "offers/withdrawal": _withdraw,
    "roles/taking": _take,
    "roles/giving-up": _give_up,
    "responders": _engage,
    "responders/standing-down": _stand_down,
    "followers": _follow,
    "followers/leaving": _unfollow,
}

HANDLERS: Final = [*(handler(name, deed) for name, deed in DEEDS.items()), beat]
