"""Declaring over HTTP, and looking ahead at what that would do. Looking ahead changes nothing."""

from typing import Final

from litestar import Response, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody

from tocsin.access.work import UnitOfWork
from tocsin.api.told import person
from tocsin.features.incidents import commands
from tocsin.features.incidents.api import asked
from tocsin.features.incidents.api.answers import Answer, AnyRequest, answer, names
from tocsin.features.incidents.api.shown_declaring import (
    ForeseenShown,
    KnownShown,
    PreviewShown,
    SuggestionShown,
)
from tocsin.features.incidents.commands import Declaration, Ending, Known, Preview


@post("/", sync_to_thread=True, operation_id="declareIncident")
def declare(work: Given[UnitOfWork], data: JSONBody[asked.Declaration]) -> Answer:
    """Declare an incident; one that is `over` is acknowledged and resolved in the same change."""
    commands.must_be_people(work, data.restricted_to or ())
    return answer(work, commands.declare(work, _said(data), _ending(data)), status=201)


@post("/preview", sync_to_thread=True, status_code=200, operation_id="previewIncident")
def preview(
    request: AnyRequest, work: Given[UnitOfWork], data: JSONBody[asked.Declaration]
) -> Response[PreviewShown]:
    """Say what declaring this would do, and what may be known already. Nothing is declared."""
    commands.must_be_people(work, data.restricted_to or ())
    foresees = request.app.state.get("foresees", ())
    seen = commands.preview(work, _said(data), foresees, is_over=data.over is not None)
    called = names(work, [one.row.commander for one in seen.known if one.row.commander])
    content = _shown(seen, tuple(_known(one, called) for one in seen.known))
    return Response(content, headers={"cache-control": "private, no-store"})


def _said(data: asked.Declaration) -> Declaration:
    named = data.restricted_to
    return Declaration(
        title=data.title,
        severity=data.severity,
        mode=data.mode,
        impact_began=data.impact_began,
        impact_basis=data.impact_basis,
        service=data.service,
        team=data.team,
        reason=data.reason,
        restricted_to=None if named is None else tuple(named),
        alerts=tuple(data.alerts),
        template=data.template,
        answers=data.answers,
    )


def _ending(data: asked.Declaration) -> Ending | None:
    if data.over is None:
        return None
    return Ending(
        impact_ended=data.over.impact_ended,
        how=data.over.how,
        actionability=data.over.actionability,
        evidence=data.over.evidence,
    )


def _shown(seen: Preview, known: tuple[KnownShown, ...]) -> PreviewShown:
    said, suggestion, template = seen.said, seen.suggestion, seen.template
    assert said.severity is not None, "a completed declaration has a severity"
    return PreviewShown(
        title=said.title,
        severity=said.severity,
        mode=said.mode,
        service=said.service,
        team=said.team,
        template=None if template is None else template.name,
        template_version=None if template is None else template.version,
        suggestion=None
        if suggestion is None
        else SuggestionShown(
            severity=suggestion.severity, reasons=tuple(map(str, suggestion.reasons))
        ),
        known=known,
        foreseen=tuple(
            ForeseenShown(effect=one.effect, text=str(one.text)) for one in seen.foreseen
        ),
    )


def _known(one: Known, called: dict[str, str]) -> KnownShown:
    row = one.row
    return KnownShown(
        reference=row.reference,
        title=row.title,
        severity=row.severity,
        mode=row.mode,
        phase=row.phase,
        service=row.service,
        commander=None if row.commander is None else person(row.commander, called),
        declared_at=row.declared_at,
        is_likely=one.is_likely,
        reasons=tuple(map(str, one.reasons)),
    )


HANDLERS: Final = [declare, preview]
