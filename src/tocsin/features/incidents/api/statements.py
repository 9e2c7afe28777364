"""What people state on an incident: notes, decisions, anchors, figures of harm, which alerts belong."""

from collections.abc import Sequence
from typing import Annotated, Final

from litestar import Response, delete, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import asked
from tocsin.features.incidents.api.answers import (
    Answer,
    AnyRequest,
    answer,
    corrected,
    expected,
    noted,
)
from tocsin.features.incidents.api.shown import NotedShown
from tocsin.features.incidents.events import (
    AnchorStated,
    DecisionTaken,
    ImpactFactStated,
    ImpactPeriodStated,
    Noted,
)
from tocsin.features.incidents.lifecycle import Statement
from tocsin.features.incidents.terms import ImpactFact, NoteKind
from tocsin.ledger.words import Text, Words

BY_HAND: Final = "by hand"


@post("/{reference:str}/notes", sync_to_thread=True)
def note(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Note],
) -> Response[NotedShown]:
    """Write on the timeline: a note, a finding or a status update. `@` mentions people and teams."""
    said = Noted(
        kind=NoteKind(data.kind),
        text=Text(data.text),
        occurred_at=data.occurred_at,
        precision=data.precision,
        basis=data.basis,
        corrects=corrected(work, reference, data.corrects),
        audience=data.audience,
    )
    base = expected(request, work, reference)
    return noted(work, commands.note(work, reference, said, base))


@post("/{reference:str}/decisions", sync_to_thread=True)
def decide(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Decision],
) -> Answer:
    """Record a decision."""
    said = DecisionTaken(
        question=Text(data.question),
        choice=Text(data.choice),
        authority=data.authority,
        alternatives=tuple(Text(text) for text in data.alternatives),
        reversible_until=data.reversible_until,
        evidence=_words(data.evidence),
        audience=data.audience,
    )
    return _stated(request, work, reference, said)


@post("/{reference:str}/anchors", sync_to_thread=True)
def anchor(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.AnchorStatement],
) -> Answer:
    """State an instant that a regime counts from."""
    said = AnchorStated(
        anchor=data.anchor.value,
        instant=data.instant,
        precision=data.precision,
        basis=data.basis,
        why=Text(data.why),
        regime=data.regime,
        evidence=_words(data.evidence),
        corrects=corrected(work, reference, data.corrects),
    )
    return _stated(request, work, reference, said)


@post("/{reference:str}/impact-facts", sync_to_thread=True)
def impact_fact(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Fact],
) -> Answer:
    """State a figure of harm."""
    figure = data.model_dump(include=set(ImpactFact.__dataclass_fields__))
    said = ImpactFactStated(
        fact=ImpactFact(**figure),
        occurred_at=data.occurred_at,
        precision=data.precision,
        basis=data.basis,
        source=data.source,
        corrects=corrected(work, reference, data.corrects),
    )
    return _stated(request, work, reference, said)


@post("/{reference:str}/impact-periods", sync_to_thread=True)
def impact_period(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.Period],
) -> Answer:
    """State an interval of harm."""
    said = ImpactPeriodStated(
        began=data.began,
        ended=data.ended,
        degree=data.degree,
        planned=data.planned,
        basis=data.basis,
        service=data.service,
        region=data.region,
        corrects=corrected(work, reference, data.corrects),
    )
    return _stated(request, work, reference, said)


@post("/{reference:str}/alerts", sync_to_thread=True)
def join_alerts(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.AlertsAdded],
) -> Answer:
    """Add alerts to the incident."""
    base, reason = expected(request, work, reference), data.reason
    done = commands.join_alerts(
        work, reference, alerts=tuple(data.alerts), rule=BY_HAND, reason=reason, expected=base
    )
    return answer(work, done, status=201)


@delete("/{reference:str}/alerts", status_code=200, sync_to_thread=True)
def take_out_alerts(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    data: JSONBody[asked.AlertsTaken],
) -> Answer:
    """Take alerts out of the incident, and say why."""
    return _taken_out(request, work, reference, data.alerts, data.reason)


@delete("/{reference:str}/alerts/{alert:str}", status_code=200, sync_to_thread=True)
def take_out_alert(
    request: AnyRequest,
    work: Given[UnitOfWork],
    reference: FromPath[str],
    alert: FromPath[str],
    reason: Annotated[str, QueryParameter(max_length=10_000)],
) -> Answer:
    """Take one alert out of the incident, and say why."""
    return _taken_out(request, work, reference, [alert], reason)


def _taken_out(
    request: AnyRequest,
    work: UnitOfWork,
    reference: str,
    alerts: Sequence[str],
    reason: str,
) -> Answer:
    base = expected(request, work, reference)
    done = commands.take_out_alerts(
        work, reference, alerts=tuple(alerts), reason=reason, expected=base
    )
    return answer(work, done)


def _stated(request: AnyRequest, work: UnitOfWork, reference: str, said: Statement) -> Answer:
    base = expected(request, work, reference)
    return answer(work, commands.state(work, reference, said, base), status=201)


def _words(text: str | None) -> Words | None:
    return Text(text) if text else None


HANDLERS: Final = [
    note,
    decide,
    anchor,
    impact_fact,
    impact_period,
    join_alerts,
    take_out_alerts,
    take_out_alert,
]
