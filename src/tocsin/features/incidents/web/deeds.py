"""What people do to an incident from its page: one form, one command, and back to the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency as Given
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands
from tocsin.features.incidents.web.conflicts import Sent, conflict
from tocsin.features.incidents.web.one import shown
from tocsin.features.incidents.web.seen import as_seen
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import Fields, text, texts, tried
from tocsin.web.times import read_form_time
from tocsin.web.viewer import Viewer

Deed = Callable[[UnitOfWork, Viewer, str, Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Onward:
    """Where on the page of the incident one goes on after a deed: a query, a fragment, or both."""

    address: str


def _acknowledge(work: UnitOfWork, _: Viewer, reference: str, __: Mapping[str, Any]) -> object:
    return commands.acknowledge(work, reference)


def _take_command(
    work: UnitOfWork, viewer: Viewer, reference: str, fields: Mapping[str, Any]
) -> object:
    commander = text(fields, "commander") or viewer.person
    commands.must_be_people(work, [commander])
    base = as_seen(work, "commander", fields)
    return commands.appoint(work, reference, commander=commander, expected=base)


def _set_severity(work: UnitOfWork, _: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
    written = text(fields, "severity")
    severity = int(written) if written in ("1", "2", "3", "4") else 0
    base, reason = as_seen(work, "severity", fields), text(fields, "reason")
    return commands.change_severity(
        work, reference, severity=severity, reason=reason, expected=base
    )


def _mitigate(work: UnitOfWork, _: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
    workaround, base = bool(text(fields, "workaround")), as_seen(work, "phase", fields)
    return commands.mitigate(
        work, reference, how=text(fields, "how"), workaround=workaround, expected=base
    )


def _resolve(work: UnitOfWork, viewer: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
    ended = read_form_time(text(fields, "ended"), viewer.tz)
    base, how = as_seen(work, "phase", fields), text(fields, "how")
    return commands.resolve(work, reference, impact_ended=ended, how=how, expected=base)


def _close(work: UnitOfWork, _: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
    said = text(fields, "actionability")
    if said not in set(Actionability):
        raise Refused("actionability_missing", "Say whether there was anything to do.")
    return commands.close(
        work,
        reference,
        actionability=Actionability(said),
        evidence=text(fields, "evidence"),
        expected=as_seen(work, "phase", fields),
    )


def _reopen(work: UnitOfWork, viewer: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
    began = read_form_time(text(fields, "began"), viewer.tz)
    base, reason = as_seen(work, "phase", fields), text(fields, "reason")
    return commands.reopen(work, reference, reason=reason, impact_began=began, expected=base)


def _restrict(work: UnitOfWork, _: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
    named = texts(fields, "named")
    commands.must_be_people(work, named)
    return commands.restrict(work, reference, named=named, reason=text(fields, "reason"))


def _lift(work: UnitOfWork, _: Viewer, reference: str, fields: Mapping[str, Any]) -> object:
    return commands.lift_restriction(work, reference, reason=text(fields, "reason"))


DEEDS: Final[Mapping[str, Deed]] = {
    "acknowledgement": _acknowledge,
    "command": _take_command,
    "severity": _set_severity,
    "mitigation": _mitigate,
    "resolution": _resolve,
    "closure": _close,
    "reopening": _reopen,
    "restriction": _restrict,
    "opening": _lift,
}


def answered(sent: Sent, deed: Deed, name: str) -> Response[Any]:
    """Do it and go back to the page, or show the page again with what is wrong in the form named."""
    done = tried(lambda: deed(sent.work, sent.viewer, sent.reference, sent.fields))
    if isinstance(done, Refused):
        extra = {"fields": sent.fields, "wrong": done, "open": name}
        extra |= {"conflict": conflict(sent, name, done)}
        return shown(sent.request, sent.work, sent.viewer, sent.reference, extra)
    from_phone = text(sent.fields, "back") == "page"
    place = "page" if from_phone else "incidents"
    onward = done.address if isinstance(done, Onward) else ""
    return Redirect(f"/{place}/{sent.reference}{onward}", status_code=303)


def handler(name: str, deed: Deed) -> HTTPRouteHandler:
    """The route of one deed."""

    @post(f"/incidents/{{reference:str}}/{name}", name=f"incident {name}", sync_to_thread=True)
    def take(
        request: Request[Any, Any, Any],
        work: Given[UnitOfWork],
        viewer: Given[Viewer],
        reference: FromPath[str],
        data: Fields,
    ) -> Response[Any]:
        sent = Sent(request=request, work=work, viewer=viewer, reference=reference, fields=data)
        return answered(sent, deed, name)

    return take


HANDLERS: Final = [handler(name, deed) for name, deed in DEEDS.items()]
