"""The steps of its life."""

from datetime import datetime

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands.deciding import (
    Expected,
    Shown,
    decided,
    needed,
    recorded,
    words,
)
from tocsin.features.incidents.commands.roles import obstacle_to
from tocsin.features.incidents.rules.eligibility import must_be_none
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis
from tocsin.foundation.refusal import Refused


def acknowledge(work: UnitOfWork, reference: str, expected: Expected = None) -> Shown:
    """Take an incident in hand."""
    return decided(work, reference, lifecycle.acknowledge, expected=expected)


def appoint(
    work: UnitOfWork, reference: str, *, commander: str, expected: Expected = None
) -> Shown:
    """Let a person lead the response, if they may see it and work on it."""
    with work.change(Permission.RESPOND) as change:

        def decide(incident: Incident) -> lifecycle.Decision:
            if commander != work.actor.person:
                must_be_none(obstacle_to(change, incident, commander))
            return lifecycle.appoint(incident, commander=commander)

        return recorded(change, reference, decide, expected)


def change_severity(
    work: UnitOfWork, reference: str, *, severity: int, reason: str, expected: Expected = None
) -> Shown:
    """Set the severity, with a reason."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.change_severity(incident, severity=severity, reason=needed(reason))

    return decided(work, reference, decide, expected=expected)


def mitigate(
    work: UnitOfWork,
    reference: str,
    *,
    how: str | None = None,
    workaround: bool = False,
    expected: Expected = None,
) -> Shown:
    """Say that the harm is contained."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.mitigate(incident, how=words(how), workaround=workaround)

    return decided(work, reference, decide, expected=expected)


def resolve(
    work: UnitOfWork,
    reference: str,
    *,
    impact_ended: datetime | None = None,
    how: str | None = None,
    expected: Expected = None,
) -> Shown:
    """Say that the harm is over: now, unless it ended earlier."""
    with work.change(Permission.RESPOND) as change:
        if impact_ended is not None and impact_ended > change.now:
            raise Refused("in_the_future", "The impact cannot end in the future.")
        basis = Basis.OBSERVED if impact_ended is None else Basis.ESTIMATED
        ended = impact_ended or change.now

        def decide(incident: Incident) -> lifecycle.Decision:
            return lifecycle.resolve(incident, impact_ended=ended, basis=basis, how=words(how))

        return recorded(change, reference, decide, expected)


def close(
    work: UnitOfWork,
    reference: str,
    *,
    actionability: Actionability = Actionability.REAL,
    evidence: str | None = None,
    expected: Expected = None,
) -> Shown:
    """Say that nothing is left to do, and whether there was anything to do."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return lifecycle.close(incident, actionability=actionability, evidence=words(evidence))

    return decided(work, reference, decide, expected=expected)


def reopen(
    work: UnitOfWork,
    reference: str,
    *,
    reason: str,
    impact_began: datetime | None = None,
    expected: Expected = None,
) -> Shown:
    """Say that the harm is back."""
    with work.change(Permission.RESPOND) as change:
        basis = Basis.OBSERVED if impact_began is None else Basis.ESTIMATED
        began = impact_began or change.now
        if began > change.now:
            raise Refused("in_the_future", "The impact cannot have begun in the future.")

        def decide(incident: Incident) -> lifecycle.Decision:
            said = needed(reason)
            return lifecycle.reopen(incident, impact_began=began, basis=basis, reason=said)

        return recorded(change, reference, decide, expected)
