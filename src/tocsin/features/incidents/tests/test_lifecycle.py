"""Decisions about an incident: given what it is, when something is asked, then these events."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    CommanderAppointed,
    Declared,
    IncidentEvent,
    Mitigated,
    Resolved,
)
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, Mode, Phase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WHY = Text("The error rate is back to normal.")


def after(incident: Incident | None, *events: IncidentEvent) -> Incident:
    for number, event in enumerate(events):
        at = NOON + timedelta(minutes=number)
        incident = evolve(
            incident, event, Recorded(seq=number, at=at, by=By(id="ada", kind="person"))
        )
    assert incident is not None
    return incident


DECLARED = Declared(
    reference="INC-2026-0003",
    ordinal=1,
    title=Text("Cards refused"),
    severity=2,
    mode=Mode.LIVE,
    impact_began=NOON,
    impact_basis=Basis.OBSERVED,
)
RESOLVED = Resolved(impact_ended=NOON + timedelta(hours=1), impact_basis=Basis.OBSERVED)


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda refusal: refusal.code == code)


def resolve(incident: Incident, ended: datetime = NOON) -> list[IncidentEvent]:
    return lifecycle.resolve(incident, impact_ended=ended, basis=Basis.OBSERVED, how=None)


def test_a_nervous_second_click_changes_nothing() -> None:
    reported = after(None, DECLARED)
    assert lifecycle.acknowledge(reported) == [Acknowledged()]
    assert lifecycle.acknowledge(after(reported, Acknowledged())) == []


def test_whoever_takes_command_has_acknowledged() -> None:
    events = lifecycle.appoint(after(None, DECLARED), commander="bob")
    assert events == [Acknowledged(), CommanderAppointed(commander="bob")]


def test_what_nobody_acknowledged_cannot_be_resolved() -> None:
    with refused("not_acknowledged"):
        resolve(after(None, DECLARED))


def test_the_impact_cannot_end_before_it_began() -> None:
    working = after(None, DECLARED, Acknowledged())
    with refused("ends_before_it_began"):
        resolve(working, NOON - timedelta(seconds=1))


def test_only_what_is_resolved_can_be_closed() -> None:
    with refused("not_resolved"):
        lifecycle.close(
            after(None, DECLARED, Acknowledged()), actionability=Actionability.REAL, evidence=None
        )


def test_closing_says_whether_there_was_anything_to_do() -> None:
    over = after(None, DECLARED, Acknowledged(), RESOLVED)
    events = lifecycle.close(over, actionability=Actionability.FALSE_POSITIVE, evidence=WHY)
    assert events == [Closed(actionability=Actionability.FALSE_POSITIVE, evidence=WHY)]
    assert after(over, *events).actionability is Actionability.FALSE_POSITIVE


def test_reopening_begins_a_new_period_and_leaves_the_first_alone() -> None:
    over = after(None, DECLARED, Acknowledged(), Mitigated(), RESOLVED)
    began = NOON + timedelta(hours=2)
    events = lifecycle.reopen(over, impact_began=began, basis=Basis.OBSERVED, reason=WHY)
    again = after(over, *events)
    assert again.phase is Phase.INVESTIGATING
    assert again.impacts[0] == over.impacts[0]
    assert (again.impacts[1].began, again.impacts[1].ended) == (began, None)


def test_the_harm_cannot_be_back_before_it_was_over() -> None:
    over = after(None, DECLARED, Acknowledged(), RESOLVED)
    with refused("overlaps"):
        lifecycle.reopen(over, impact_began=NOON, basis=Basis.TOLD, reason=WHY)


@pytest.mark.parametrize("severity", [0, 5])
def test_there_are_four_severities(severity: int) -> None:
    with refused("no_such_severity"):
        lifecycle.change_severity(after(None, DECLARED), severity=severity, reason=WHY)


def test_a_restricted_incident_has_somebody_who_sees_it() -> None:
    with refused("nobody_named"):
        lifecycle.restrict(after(None, DECLARED), named=(), reason=WHY)
