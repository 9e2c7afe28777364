"""Incidents as their histories leave them, for tests of decisions."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Declared, IncidentEvent, Resolved
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.rows import IncidentRow
from tocsin.features.incidents.rows.listing import Cut
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, Mode
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
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


def after(incident: Incident | None, *events: IncidentEvent) -> Incident:
    """The incident after some more events, a minute apart."""
    for number, event in enumerate(events):
        at = NOON + timedelta(minutes=number)
        on = Recorded(seq=number, at=at, by=By(id="ada", kind="person"))
        incident = evolve(incident, event, on)
    assert incident is not None
    return incident


def everything(work: UnitOfWork) -> list[IncidentRow]:
    """All incidents that somebody may see but exercises: what is open worst first, then what is over."""
    return [
        row
        for is_open in (True, False)
        for row in commands.listed(work, Cut(is_open=is_open), limit=500)
    ]


def refused(code: str) -> pytest.RaisesExc[Refused]:
    """That something is refused by a code."""
    return pytest.RaisesExc(Refused, check=lambda refusal: refusal.code == code)
