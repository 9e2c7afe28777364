"""Declaring an incident, with a template or without, also one that is over already."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import lifecycle, rows
from tocsin.features.incidents.commands.belonging import must_be_alerts
from tocsin.features.incidents.commands.deciding import (
    Shown,
    find,
    words,
)
from tocsin.features.incidents.events import Declared, IncidentEvent, Noted, TaskAdded
from tocsin.features.incidents.reference import spelled, stem
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.rules.titles import title_of
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import WITH_IT, Basis, Mode, NoteKind
from tocsin.features.playbooks import rows as playbooks
from tocsin.features.playbooks.rules.choosing import tasks_of, titled
from tocsin.features.playbooks.rules.severities import must_be_a_severity
from tocsin.features.playbooks.terms import KeptTemplate
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text

USUAL_SEVERITY: Final = 3
"""Where neither a person nor a template says one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What one says to declare an incident. Only the title is needed.

    `template` is a template's name; what is not said is as it says. `answers` are to its questions.
    """

    title: str
    severity: int | None = None
    mode: Mode = Mode.LIVE
    impact_began: datetime | None = None
    impact_basis: Basis = Basis.ESTIMATED
    service: str | None = None
    team: str | None = None
    rule: str | None = None
    reason: str | None = None
    restricted_to: tuple[str, ...] | None = None
    alerts: tuple[str, ...] = ()
    template: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How it ended, of an incident that is over already: now, unless it ended earlier.

    With `actionability` it is closed as well.
    """

    impact_ended: datetime | None = None
    how: str | None = None
    actionability: Actionability | None = None
    evidence: str | None = None


def declare(work: UnitOfWork, said: Declaration, over: Ending | None = None) -> Shown:
    """Open an incident. Its reference is unique and never given out again.

    With `over` it is declared, acknowledged and resolved, or closed, in one change.
    """
    if said.restricted_to is not None:
        work.actor.must_be_allowed_to(Permission.RESTRICT)
    if over is not None:
        work.actor.must_be_allowed_to(Permission.RESPOND)
    with work.change(Permission.DECLARE) as change:
        if change.earlier is not None:
            return find(change, change.earlier)
        must_be_alerts(change, said.alerts)
        return declare_in(change, said) if over is None else declare_over_in(change, said, over)


def declare_in(change: WorkChange, said: Declaration) -> Shown:
    """Open an incident within a change under way. Refuses `title_missing`, `title_too_long`."""
    said = replace(said, title=title_of(said.title))
    if said.restricted_to is not None:
        change.actor.must_be_allowed_to(Permission.RESTRICT)
    template = template_of(change, said)
    full = completed(said, template)
    full = replace(full, title=title_of(full.title))
    id_ = new_id(change.now)
    events: list[IncidentEvent] = [
        _declared(change, full, template),
        *_answers(full, template),
        *_tasks(change, template),
    ]
    incident = change.record(INCIDENT, id_, events)
    joined = lifecycle.join_alerts(
        incident, alerts=said.alerts, rule=said.rule or str(WITH_IT), reason=None
    )
    if joined:
        incident = change.record(INCIDENT, id_, joined)
    change.concerns(incident.reference)
    return Shown(id=id_, version=len(events) + len(joined), incident=incident)


def declare_over_in(change: WorkChange, said: Declaration, over: Ending) -> Shown:
    """Record in retrospect what is over already, within a change under way. Nobody is told.

    Refuses `began_missing`, `ended_in_the_future`, `ends_before_it_began` before anything is recorded.
    """
    ended = over.impact_ended or change.now
    _must_have_been(said.impact_began, ended, change.now)
    mode = said.mode if said.mode.is_exercise else Mode.RETROSPECTIVE
    shown = declare_in(change, replace(said, mode=mode))
    for step in _to_the_end(over, ended):
        events = step(shown.incident)
        incident = change.record(INCIDENT, shown.id, events)
        shown = Shown(id=shown.id, version=shown.version + len(events), incident=incident)
    return shown


def _to_the_end(over: Ending, ended: datetime) -> list[Callable[[Incident], lifecycle.Decision]]:
    basis = Basis.OBSERVED if over.impact_ended is None else Basis.ESTIMATED
    resolve = partial(lifecycle.resolve, impact_ended=ended, basis=basis, how=words(over.how))
    if over.actionability is None:
        return [lifecycle.acknowledge, resolve]
    evidence = words(over.evidence)
    close = partial(lifecycle.close, actionability=over.actionability, evidence=evidence)
    return [lifecycle.acknowledge, resolve, close]


def template_of(where: WorkChange | Look, said: Declaration) -> KeptTemplate | None:
    """The template that a declaration names. Refuses `no_such_template`, `no_such_question`."""
    if said.template is None:
        found = None
    elif (found := playbooks.template(where.rows, said.template)) is None:
        raise Refused(
            "no_such_template", phrase("There is no template %(template)s.", template=said.template)
        )
    asked = () if found is None else found.template.asks
    if unasked := [question for question in said.answers if question not in asked]:
        raise Refused(
            "no_such_question",
            phrase("The template does not ask “%(question)s”.", question=unasked[0]),
        )
    return found


def completed(said: Declaration, kept: KeptTemplate | None) -> Declaration:
    """The declaration with what its template says where nothing else was said."""
    if kept is None:
        return replace(said, severity=said.severity or USUAL_SEVERITY)
    template = kept.template
    only = template.services[0] if len(template.services) == 1 else None
    return replace(
        said,
        title=titled(template, said.title.strip()),
        severity=said.severity or template.severity or USUAL_SEVERITY,
        service=said.service or only,
        team=said.team or template.team,
    )


def _must_have_been(began: datetime | None, ended: datetime, now: datetime) -> None:
    """What is over already began and ended: nothing is declared before that is right."""
    if began is None:
        raise Refused("began_missing", "Say when the harm began.")
    if ended > now:
        raise Refused("ended_in_the_future", "The harm cannot have ended in the future.")
    if ended < began:
        raise Refused("ends_before_it_began", "The impact cannot end before it began.")


def _declared(change: WorkChange, said: Declaration, template: KeptTemplate | None) -> Declared:
    severity = said.severity or USUAL_SEVERITY
    must_be_a_severity(severity)
    if said.impact_began is not None and said.impact_began > change.now:
        raise Refused("in_the_future", "The impact cannot have begun in the future.")
    series = stem(change.now, restricted=said.restricted_to is not None)
    number, ordinal = rows.next_number(change.rows, series, secrets.randbelow(4) + 1)
    return Declared(
        reference=spelled(series, number),
        ordinal=ordinal,
        title=Text(said.title),
        severity=severity,
        mode=said.mode,
        impact_began=said.impact_began or change.now,
        impact_basis=said.impact_basis,
        service=said.service,
        team=said.team,
        rule=said.rule,
        reason=words(said.reason),
        restricted_to=said.restricted_to,
        template=None if template is None else template.name,
        template_version=None if template is None else template.version,
    )


def _answers(said: Declaration, template: KeptTemplate | None) -> list[IncidentEvent]:
    """What the template asked, answered: one note, in the template's order."""
    asked = () if template is None else template.template.asks
    given = [(question, said.answers.get(question, "").strip()) for question in asked]
    lines = [f"{question}: {answer}" for question, answer in given if answer]
    return [Noted(kind=NoteKind.NOTE, text=Text("\n".join(lines)))] if lines else []


def _tasks(change: WorkChange, template: KeptTemplate | None) -> list[IncidentEvent]:
    """The template's first tasks, nobody's yet."""
    if template is None:
        return []
    titles = tasks_of(template.template)
    return [TaskAdded(task=new_id(change.now), title=Text(title)) for title in titles]
