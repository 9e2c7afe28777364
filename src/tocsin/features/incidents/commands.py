"""What can be asked of incidents. The web, the API, the CLI and the reactors all call these.

Every change has the same five steps: open it for a permission, load, decide, record, answer.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.incidents import lifecycle, rows
from tocsin.features.incidents.events import (
    AnchorStated,
    ChangeMarked,
    DecisionTaken,
    Declared,
    ImpactFactStated,
    ImpactPeriodStated,
    IncidentEvent,
    Noted,
    Retitled,
    RunbookFollowed,
    WorkaroundApplied,
)
from tocsin.features.incidents.reference import spelled, stem
from tocsin.features.incidents.rows import INCIDENT, IncidentRow, Wanted
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Actionability, Basis, Mode
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import Entry
from tocsin.ledger.words import Text, Words

Statement = (
    Noted
    | DecisionTaken
    | AnchorStated
    | ImpactFactStated
    | ImpactPeriodStated
    | WorkaroundApplied
    | RunbookFollowed
    | ChangeMarked
    | Retitled
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What one says to declare an incident. Only the title is needed."""

    title: str
    severity: int = 3
    mode: Mode = Mode.LIVE
    impact_began: datetime | None = None
    impact_basis: Basis = Basis.ESTIMATED
    service: str | None = None
    team: str | None = None
    rule: str | None = None
    reason: str | None = None
    restricted_to: tuple[str, ...] | None = None
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An incident with the version that a change of it may be made conditional on."""

    id: str
    version: int
    incident: Incident


def listed(work: UnitOfWork, wanted: Wanted) -> list[IncidentRow]:
    """The incidents that the actor may see."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return rows.listed(look, wanted)


def one(work: UnitOfWork, reference: str) -> Shown:
    """One incident by its reference."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return _one(look, reference)


def timeline(work: UnitOfWork, reference: str) -> tuple[Shown, list[Entry]]:
    """An incident and everything that happened to it, oldest first."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        shown = _one(look, reference)
        return shown, look.history(INCIDENT, shown.id)


def declare(work: UnitOfWork, said: Declaration) -> Shown:
    """Open an incident. Its reference is unique and never given out again."""
    if not said.title.strip():
        raise Refused("title_missing", "Say in one line what is wrong.")
    with work.change(Permission.DECLARE) as change:
        id_ = new_id(change.now)
        events: list[IncidentEvent] = [_declared(change, said)]
        incident = change.record(INCIDENT, id_, events)
        joined = lifecycle.join_alerts(
            incident, alerts=said.alerts, rule=said.rule or "declared with", reason=None
        )
        if joined:
            incident = change.record(INCIDENT, id_, joined)
        return Shown(id=id_, version=1 + len(joined), incident=incident)


def _declared(change: WorkChange, said: Declaration) -> Declared:
    if not 1 <= said.severity <= 4:  # noqa: PLR2004 - Sev-1 to Sev-4
        raise Refused("no_such_severity", "The severity is a number from 1 (worst) to 4.")
    if said.impact_began is not None and said.impact_began > change.now:
        raise Refused("in_the_future", "The impact cannot have begun in the future.")
    series = stem(change.now, restricted=said.restricted_to is not None)
    number, ordinal = rows.next_number(change.rows, series, secrets.randbelow(4) + 1)
    return Declared(
        reference=spelled(series, number),
        ordinal=ordinal,
        title=Text(said.title.strip()),
        severity=said.severity,
        mode=said.mode,
        impact_began=said.impact_began or change.now,
        impact_basis=said.impact_basis,
        service=said.service,
        team=said.team,
        rule=said.rule,
        reason=_words(said.reason),
        restricted_to=said.restricted_to,
    )


def acknowledge(work: UnitOfWork, reference: str, expected: int | None = None) -> Shown:
    """Take an incident in hand."""
    return _decide(work, reference, lifecycle.acknowledge, expected=expected)


def appoint(
    work: UnitOfWork, reference: str, *, commander: str, expected: int | None = None
) -> Shown:
    """Let a person lead the response."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.appoint(incident, commander=commander)

    return _decide(work, reference, decide, expected=expected)


def change_severity(
    work: UnitOfWork, reference: str, *, severity: int, reason: str, expected: int | None = None
) -> Shown:
    """Set the severity, with a reason."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.change_severity(incident, severity=severity, reason=_needed(reason))

    return _decide(work, reference, decide, expected=expected)


def mitigate(
    work: UnitOfWork,
    reference: str,
    *,
    how: str | None = None,
    workaround: bool = False,
    expected: int | None = None,
) -> Shown:
    """Say that the harm is contained."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.mitigate(incident, how=_words(how), workaround=workaround)

    return _decide(work, reference, decide, expected=expected)


def resolve(
    work: UnitOfWork,
    reference: str,
    *,
    impact_ended: datetime | None = None,
    how: str | None = None,
    expected: int | None = None,
) -> Shown:
    """Say that the harm is over: now, unless it ended earlier."""
    with work.change(Permission.RESPOND) as change:
        if impact_ended is not None and impact_ended > change.now:
            raise Refused("in_the_future", "The impact cannot end in the future.")
        basis = Basis.OBSERVED if impact_ended is None else Basis.ESTIMATED
        ended = impact_ended or change.now

        def decide(incident: Incident) -> lifecycle.Decision:
            return lifecycle.resolve(incident, impact_ended=ended, basis=basis, how=_words(how))

        return _recorded(change, reference, decide, expected)


def close(
    work: UnitOfWork,
    reference: str,
    *,
    actionability: Actionability = Actionability.REAL,
    evidence: str | None = None,
    expected: int | None = None,
) -> Shown:
    """Say that nothing is left to do, and whether there was anything to do."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.close(incident, actionability=actionability, evidence=_words(evidence))

    return _decide(work, reference, decide, expected=expected)


def reopen(
    work: UnitOfWork,
    reference: str,
    *,
    reason: str,
    impact_began: datetime | None = None,
    expected: int | None = None,
) -> Shown:
    """Say that the harm is back."""
    with work.change(Permission.RESPOND) as change:
        basis = Basis.OBSERVED if impact_began is None else Basis.ESTIMATED
        began = impact_began or change.now

        def decide(incident: Incident) -> lifecycle.Decision:
            said = _needed(reason)
            return lifecycle.reopen(incident, impact_began=began, basis=basis, reason=said)

        return _recorded(change, reference, decide, expected)


def state(work: UnitOfWork, reference: str, statement: Statement) -> Shown:
    """Put a statement on the timeline: a note, a decision, an anchor, a figure, a period of harm."""
    return _decide(work, reference, lambda _: [statement])


def join_alerts(
    work: UnitOfWork, reference: str, *, alerts: tuple[str, ...], rule: str, reason: str | None = None
) -> Shown:
    """Add alerts to an incident."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.join_alerts(incident, alerts=alerts, rule=rule, reason=_words(reason))

    return _decide(work, reference, decide)


def take_out_alerts(
    work: UnitOfWork, reference: str, *, alerts: tuple[str, ...], reason: str
) -> Shown:
    """Take alerts out of an incident that do not belong to it."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.take_out_alerts(incident, alerts=alerts, reason=_needed(reason))

    return _decide(work, reference, decide)


def restrict(work: UnitOfWork, reference: str, *, named: tuple[str, ...], reason: str) -> Shown:
    """Close an incident to all but the named; whoever does so stays named."""
    with work.change(Permission.RESTRICT) as change:
        own = () if work.actor.person is None else (work.actor.person,)

        def decide(incident: Incident) -> lifecycle.Decision:
            return lifecycle.restrict(incident, named=(*named, *own), reason=_needed(reason))

        return _recorded(change, reference, decide, None)


def lift_restriction(work: UnitOfWork, reference: str, *, reason: str) -> Shown:
    """Open a restricted incident to everybody with the permission."""
    with work.change(Permission.RESTRICT) as change:

        def decide(incident: Incident) -> lifecycle.Decision:
            return lifecycle.lift_restriction(incident, reason=_needed(reason))

        return _recorded(change, reference, decide, None)


def _decide(
    work: UnitOfWork,
    reference: str,
    decide: Callable[[Incident], lifecycle.Decision],
    *,
    expected: int | None = None,
) -> Shown:
    with work.change(Permission.RESPOND) as change:
        return _recorded(change, reference, decide, expected)


def _recorded(
    change: WorkChange,
    reference: str,
    decide: Callable[[Incident], lifecycle.Decision],
    expected: int | None,
) -> Shown:
    id_ = _known(rows.id_of(change.rows, reference), reference)
    incident, version = _load(change, id_, reference)
    if expected is not None and expected != version:
        raise Refused("changed_meanwhile", "Somebody changed this incident meanwhile. Look again.")
    events = decide(incident)
    after = change.record(INCIDENT, id_, events) if events else incident
    return Shown(id=id_, version=version + len(events), incident=after)


def _load(change: WorkChange | Look, id_: str, reference: str) -> tuple[Incident, int]:
    try:
        if isinstance(change, WorkChange):
            return change.load_versioned(INCIDENT, id_)
        return change.load(INCIDENT, id_)
    except Refused:
        raise _unknown(reference) from None


def _one(look: Look, reference: str) -> Shown:
    id_ = _known(rows.id_of(look.rows, reference), reference)
    incident, version = _load(look, id_, reference)
    return Shown(id=id_, version=version, incident=incident)


def _known(id_: str | None, reference: str) -> str:
    if id_ is None:
        raise _unknown(reference)
    return id_


def _unknown(reference: str) -> Refused:
    return Refused("unknown_incident", f"There is no incident {reference}.")


def _words(text: str | None) -> Words | None:
    return Text(text.strip()) if text and text.strip() else None


def _needed(text: str) -> Words:
    if not text.strip():
        raise Refused("reason_missing", "Say why, in a few words.")
    return Text(text.strip())
