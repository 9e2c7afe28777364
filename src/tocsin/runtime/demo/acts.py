"""The deeds of the stories, each as a call of the command that everybody uses."""

from datetime import timedelta

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import (
    AnchorStated,
    DecisionTaken,
    ImpactFactStated,
    ImpactPeriodStated,
    Noted,
    RunbookFollowed,
    WorkaroundApplied,
)
from tocsin.features.incidents.lifecycle import Statement
from tocsin.features.incidents.terms import Basis, Degree, ImpactFact, NoteKind, Precision
from tocsin.ledger.words import Text
from tocsin.runtime.demo.story import Act, Place

REGION = "eu-central"


def acknowledge() -> Act:
    """Take it in hand."""
    return lambda place: commands.acknowledge(place.work, place.reference)


def appoint(commander: str) -> Act:
    """Let somebody lead."""

    def act(place: Place) -> object:
        them = place.people[commander]
        return commands.appoint(place.work, place.reference, commander=them)

    return act


def change_severity(severity: int, reason: str) -> Act:
    """Set the severity."""
    return lambda place: commands.change_severity(
        place.work, place.reference, severity=severity, reason=reason
    )


def mitigate(how: str, *, workaround: bool = False) -> Act:
    """Say that the harm is contained."""
    return lambda place: commands.mitigate(
        place.work, place.reference, how=how, workaround=workaround
    )


def resolve(how: str, *, ended_minutes_ago: float | None = None) -> Act:
    """Say that the harm is over."""

    def act(place: Place) -> object:
        ended = None
        if ended_minutes_ago is not None:
            ended = place.work.ledger.clock() - timedelta(minutes=ended_minutes_ago)
        return commands.resolve(place.work, place.reference, impact_ended=ended, how=how)

    return act


def close(actionability: Actionability, evidence: str | None = None) -> Act:
    """Say that nothing is left to do."""
    return lambda place: commands.close(
        place.work, place.reference, actionability=actionability, evidence=evidence
    )


def reopen(reason: str) -> Act:
    """Say that the harm is back."""
    return lambda place: commands.reopen(place.work, place.reference, reason=reason)


def _stated(statement: Statement) -> Act:
    return lambda place: commands.state(place.work, place.reference, statement)


def write(text: str, kind: NoteKind = NoteKind.NOTE) -> Act:
    """Write on the timeline."""
    return _stated(Noted(kind=kind, text=Text(text)))


def go_around(how: str) -> Act:
    """Apply a workaround."""
    return _stated(WorkaroundApplied(how=Text(how)))


def follow_runbook(runbook: str, *, helped: bool) -> Act:
    """Follow a runbook."""
    result = "Did what it promises." if helped else "Followed to the end; made no difference."
    return _stated(RunbookFollowed(runbook=runbook, result=Text(result), helped=helped))


def decide(question: str, choice: str, *alternatives: str) -> Act:
    """Take a decision as the commander."""
    decision = DecisionTaken(
        question=Text(question),
        choice=Text(choice),
        authority="incident commander",
        alternatives=tuple(Text(other) for other in alternatives),
    )
    return _stated(decision)


def state_fact(fact: ImpactFact, *, basis: Basis = Basis.ESTIMATED) -> Act:
    """State a figure of harm, as of now."""

    def act(place: Place) -> object:
        statement = ImpactFactStated(
            fact=fact,
            occurred_at=place.work.ledger.clock(),
            precision=Precision.MINUTE,
            basis=basis,
            source="person",
        )
        return commands.state(place.work, place.reference, statement)

    return act


def state_anchor(anchor: str, regime: str, why: str, *, minutes_ago: float) -> Act:
    """State an instant that a regime counts from."""

    def act(place: Place) -> object:
        statement = AnchorStated(
            anchor=anchor,
            instant=place.work.ledger.clock() - timedelta(minutes=minutes_ago),
            precision=Precision.MINUTE,
            basis=Basis.OBSERVED,
            why=Text(why),
            regime=regime,
        )
        return commands.state(place.work, place.reference, statement)

    return act


def state_outage(service: str, *, from_minutes_ago: float, minutes: float) -> Act:
    """State an interval in which a service was down."""

    def act(place: Place) -> object:
        began = place.work.ledger.clock() - timedelta(minutes=from_minutes_ago)
        statement = ImpactPeriodStated(
            began=began,
            ended=began + timedelta(minutes=minutes),
            degree=Degree.DOWN,
            planned=False,
            basis=Basis.MEASURED,
            service=service,
            region=REGION,
        )
        return commands.state(place.work, place.reference, statement)

    return act
