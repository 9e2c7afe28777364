"""What the steps of its life mean."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    Declared,
    Mitigated,
    Reopened,
    Resolved,
)
from tocsin.features.incidents.state import ImpactPeriod, Incident
from tocsin.features.incidents.terms import Phase
from tocsin.ledger.entry import Recorded

Step = Acknowledged | Mitigated | Resolved | Closed | Reopened


def declared(event: Declared, on: Recorded) -> Incident:
    """The incident at its beginning."""
    began = ImpactPeriod(
        seq=on.seq, began=event.impact_began, basis=event.impact_basis, service=event.service
    )
    named = event.restricted_to
    return Incident(
        reference=event.reference,
        title=event.title,
        severity=event.severity,
        mode=event.mode,
        phase=Phase.REPORTED,
        phase_since=on.at,
        declared_at=on.at,
        declared_by=on.by.id,
        impacts=(began,),
        service=event.service,
        team=event.team,
        rule=event.rule,
        template=event.template,
        template_version=event.template_version,
        restricted_to=None if named is None else frozenset(named),
    )


def stepped(incident: Incident, event: Step, on: Recorded) -> Incident:
    """The incident in its next phase."""
    here = replace(incident, phase_since=on.at)
    match event:
        case Acknowledged():
            seen = replace(here, phase=Phase.INVESTIGATING)
            if incident.acknowledged_at is not None:
                return seen
            return replace(seen, acknowledged_at=on.at, acknowledged_by=on.by.id)
        case Mitigated():
            return replace(here, phase=Phase.MITIGATED, mitigated_at=on.at)
        case Resolved():
            ended = tuple(
                period if period.ended else replace(period, ended=event.impact_ended)
                for period in incident.impacts
            )
            return replace(here, phase=Phase.RESOLVED, resolved_at=on.at, impacts=ended)
        case Closed():
            closed = replace(here, phase=Phase.CLOSED, closed_at=on.at)
            return replace(closed, actionability=event.actionability)
        case Reopened():
            return _reopened(here, event, on)
        case _:
            assert_never(event)


def _reopened(here: Incident, event: Reopened, on: Recorded) -> Incident:
    again = ImpactPeriod(
        seq=on.seq, began=event.impact_began, basis=event.impact_basis, service=here.service
    )
    return replace(
        here,
        phase=Phase.INVESTIGATING,
        impacts=(*here.impacts, again),
        reopened=here.reopened + 1,
        mitigated_at=None,
        resolved_at=None,
        closed_at=None,
        actionability=None,
    )
