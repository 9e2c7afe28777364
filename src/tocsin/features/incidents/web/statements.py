"""What people write on an incident: notes, findings, decisions, updates, anchors, figures, periods."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from tocsin.access.policy import Audience
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import (
    AnchorStated,
    DecisionTaken,
    ImpactFactStated,
    ImpactPeriodStated,
    Noted,
    Retitled,
)
from tocsin.features.incidents.lifecycle import Statement
from tocsin.features.incidents.rules.titles import title_of
from tocsin.features.incidents.terms import (
    AnchorName,
    Basis,
    Degree,
    ImpactFact,
    NoteKind,
    Precision,
)
from tocsin.features.incidents.web.deeds import Deed, Onward, handler
from tocsin.features.incidents.web.seen import as_seen
from tocsin.features.incidents.web.turning import entry_name
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text
from tocsin.web.forms import number, text
from tocsin.web.times import read_form_time
from tocsin.web.viewer import Viewer

Written = Mapping[str, Any]


def _write(work: UnitOfWork, viewer: Viewer, reference: str, fields: Written) -> object:
    kind = text(fields, "kind") or NoteKind.NOTE
    if kind not in set(NoteKind):
        raise Refused("no_such_kind", "Write a note, a finding, a decision or a status update.")
    said = _needed(fields, "text", "Write what you see, decide or do.")
    corrects, audience = _corrected(work, reference, fields), _audience(fields)
    if kind == NoteKind.DECISION and corrects is None:
        decision = replace(_decision(viewer, fields, said), audience=audience)
        return commands.state(work, reference, decision)
    occurred_at = read_form_time(text(fields, "occurred_at"), viewer.tz)
    note = Noted(
        kind=NoteKind(kind),
        text=said,
        occurred_at=occurred_at,
        precision=None if occurred_at is None else Precision.MINUTE,
        basis=None if occurred_at is None else Basis.OBSERVED,
        corrects=corrects,
        audience=audience,
    )
    written = commands.note(work, reference, note)
    return Onward(f"?wrote={written.name}") if written.mentions else written


def _decision(viewer: Viewer, fields: Written, choice: Text) -> DecisionTaken:
    others = [line.strip() for line in text(fields, "alternatives").splitlines() if line.strip()]
    return DecisionTaken(
        question=_needed(fields, "question", "Say what had to be decided."),
        choice=choice,
        authority=str(viewer.role),
        alternatives=tuple(Text(line) for line in others),
    )


def _corrected(work: UnitOfWork, reference: str, fields: Written) -> int | None:
    """The entry that this one puts right: a form names it as the page does."""
    said = text(fields, "corrects")
    if not said:
        return None
    version = commands.version_named(work, reference, entry_name(said) or "0")
    return commands.entry_at(work, reference, version)


def _audience(fields: Written) -> Audience | None:
    """For whom it is: everybody, unless the form says otherwise."""
    said = text(fields, "audience")
    if said and said not in set(Audience):
        raise Refused("bad_audience", "Write for everybody, or for one of your audiences.")
    return Audience(said) if said else None


def _retitle(work: UnitOfWork, _: Viewer, reference: str, fields: Written) -> object:
    title = Text(title_of(text(fields, "title")))
    base = as_seen(work, "title", fields)
    return commands.state(work, reference, Retitled(title=title), base)


def _state_fact(work: UnitOfWork, viewer: Viewer, reference: str, fields: Written) -> object:
    name = _needed(fields, "name", "Say what the figure is about.").value
    fact = ImpactFact(
        name=name.lower().replace(" ", "_"),
        unit=text(fields, "unit") or "count",
        value=number(fields, "value"),
        low=number(fields, "low"),
        high=number(fields, "high"),
        is_estimate=text(fields, "basis") != Basis.MEASURED,
    )
    statement = ImpactFactStated(
        fact=fact,
        occurred_at=_instant(viewer, fields, "at"),
        precision=Precision.MINUTE,
        basis=_basis(fields),
        source=viewer.person,
    )
    return commands.state(work, reference, statement)


def _state_period(work: UnitOfWork, viewer: Viewer, reference: str, fields: Written) -> object:
    began = read_form_time(text(fields, "began"), viewer.tz)
    degree = text(fields, "degree")
    if began is None:
        raise Refused("began_missing", "Say when the harm began.")
    if degree not in set(Degree):
        raise Refused("no_such_degree", "Say whether it was down, degraded or at risk.")
    statement = ImpactPeriodStated(
        began=began,
        ended=read_form_time(text(fields, "ended"), viewer.tz),
        degree=Degree(degree),
        planned=bool(text(fields, "planned")),
        basis=_basis(fields),
        service=text(fields, "service") or None,
        region=text(fields, "region") or None,
    )
    return commands.state(work, reference, statement)


def _state_anchor(work: UnitOfWork, viewer: Viewer, reference: str, fields: Written) -> object:
    anchor = text(fields, "anchor")
    if anchor not in set(AnchorName):
        raise Refused("anchor_missing", "Say which instant it is.")
    statement: Statement = AnchorStated(
        anchor=anchor,
        instant=_instant(viewer, fields, "at"),
        precision=Precision.MINUTE,
        basis=_basis(fields),
        why=_needed(fields, "why", "Say on what this rests."),
        regime=text(fields, "regime") or None,
    )
    return commands.state(work, reference, statement)


def _instant(viewer: Viewer, fields: Written, name: str) -> datetime:
    instant = read_form_time(text(fields, name), viewer.tz)
    return viewer.now if instant is None else instant


def _basis(fields: Written) -> Basis:
    said = text(fields, "basis")
    return Basis(said) if said in set(Basis) else Basis.ESTIMATED


def _needed(fields: Written, name: str, sentence: str) -> Text:
    written = text(fields, name)
    if not written:
        raise Refused(f"{name}_missing", sentence)
    return Text(written)


STATEMENTS: Final[Mapping[str, Deed]] = {
    "entries": _write,
    "title": _retitle,
    "facts": _state_fact,
    "periods": _state_period,
    "anchors": _state_anchor,
}

HANDLERS: Final = [handler(name, deed) for name, deed in STATEMENTS.items()]
