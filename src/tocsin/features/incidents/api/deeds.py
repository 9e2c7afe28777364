"""What people do to an incident: declare it, take it in hand, contain it, resolve, close, reopen.

Each is a noun that is put there, or taken away again. `PUT` and `POST` mean the same, and doing a
thing twice changes nothing.
"""

from typing import Annotated, Final

from litestar import delete, route
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.access.work import UnitOfWork
from tocsin.api.setting import SETTING
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import asked
from tocsin.features.incidents.api.answers import (
    Answer,
    AnyRequest,
    answer,
    expected,
)

Why = Annotated[str | None, QueryParameter(max_length=10_000, description="Where no body is sent.")]


@route(
    "/{reference:str}/acknowledgement", http_method=SETTING, status_code=200, sync_to_thread=True
)
def acknowledge(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Acknowledgement | None] = None,  # noqa: ARG001 - an empty body may be sent, no other
) -> Answer:
    """Take the incident in hand."""
    base = expected(request, work, reference)
    return answer(work, commands.acknowledge(work, reference, base))


@route("/{reference:str}/mitigation", http_method=SETTING, status_code=200, sync_to_thread=True)
def mitigate(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Mitigation | None] = None,
) -> Answer:
    """Say that the harm is contained."""
    said = data or asked.Mitigation()
    base = expected(request, work, reference)
    how, workaround = said.how, said.workaround
    done = commands.mitigate(work, reference, how=how, workaround=workaround, expected=base)
    return answer(work, done)


@route("/{reference:str}/resolution", http_method=SETTING, status_code=200, sync_to_thread=True)
def resolve(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Resolution | None] = None,
) -> Answer:
    """Say that the harm is over."""
    said = data or asked.Resolution()
    base = expected(request, work, reference)
    ended, how = said.impact_ended, said.how
    return answer(
        work, commands.resolve(work, reference, impact_ended=ended, how=how, expected=base)
    )


@delete("/{reference:str}/resolution", status_code=200, sync_to_thread=True)
def reopen(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Reopening | None] = None,
    reason: Why = None,
) -> Answer:
    """Say that the incident is not over, and why: in a body, or in `?reason=`."""
    said = data or asked.Reopening(reason=reason or "")
    base = expected(request, work, reference)
    began = said.impact_began
    done = commands.reopen(work, reference, reason=said.reason, impact_began=began, expected=base)
    return answer(work, done)


@route("/{reference:str}/closure", http_method=SETTING, status_code=200, sync_to_thread=True)
def close(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Closure | None] = None,
) -> Answer:
    """Say that nothing is left to do."""
    said = data or asked.Closure()
    base = expected(request, work, reference)
    what, evidence = said.actionability, said.evidence
    done = commands.close(work, reference, actionability=what, evidence=evidence, expected=base)
    return answer(work, done)


@route("/{reference:str}/commander", http_method=SETTING, status_code=200, sync_to_thread=True)
def appoint(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Appointment],
) -> Answer:
    """Let a person lead the response."""
    base = expected(request, work, reference)
    commands.must_be_people(work, [data.commander])
    return answer(work, commands.appoint(work, reference, commander=data.commander, expected=base))


@route("/{reference:str}/severity", http_method=SETTING, status_code=200, sync_to_thread=True)
def change_severity(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.SeverityChange],
) -> Answer:
    """Set the severity, with a reason."""
    base = expected(request, work, reference)
    severity, reason = data.severity, data.reason
    done = commands.change_severity(
        work, reference, severity=severity, reason=reason, expected=base
    )
    return answer(work, done)


@route("/{reference:str}/restriction", http_method=SETTING, status_code=200, sync_to_thread=True)
def restrict(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Restriction],
) -> Answer:
    """Close the incident to all but the named."""
    base = expected(request, work, reference)
    commands.must_be_people(work, data.people)
    named, reason = tuple(data.people), data.reason
    return answer(
        work, commands.restrict(work, reference, named=named, reason=reason, expected=base)
    )


@delete("/{reference:str}/restriction", status_code=200, sync_to_thread=True)
def lift_restriction(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Lifting | None] = None,
    reason: Why = None,
) -> Answer:
    """Open the incident to everybody with the permission, and say why."""
    said = data or asked.Lifting(reason=reason or "")
    base = expected(request, work, reference)
    return answer(
        work, commands.lift_restriction(work, reference, reason=said.reason, expected=base)
    )


HANDLERS: Final = [
    acknowledge,
    mitigate,
    resolve,
    reopen,
    close,
    appoint,
    change_severity,
    restrict,
    lift_restriction,
]
