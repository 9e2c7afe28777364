"""Decisions about files: given which there are, when one comes, is judged or goes, then these events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.events import (
    Declared,
    EvidenceAttached,
    EvidenceCleared,
    EvidenceRefused,
    EvidenceWithdrawn,
    IncidentEvent,
)
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, DataClass, EvidenceKind, Mode, Standing
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import ERASED, Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ON = Recorded(seq=7, at=NOON, by=By(id="ada", kind="person"))
ROOM = 1000
WHY = Text("It named a customer.")
DECLARED = Declared(
    reference="INC-2026-0003",
    ordinal=1,
    title=Text("Cards refused"),
    severity=2,
    mode=Mode.LIVE,
    impact_began=NOON,
    impact_basis=Basis.OBSERVED,
)
FILE = EvidenceAttached(
    attachment="f1",
    sha256="aa",
    size=600,
    media_type="text/plain",
    kind=EvidenceKind.LOG,
    data_class=DataClass.INTERNAL,
    is_scanned=False,
    name=Text("pool.log"),
)


def after(*events: IncidentEvent) -> Incident:
    incident = None
    for event in (DECLARED, *events):
        incident = evolve(incident, event, ON)
    assert incident is not None
    return incident


def standing(*events: IncidentEvent) -> list[Standing]:
    return [file.standing for file in after(*events).evidence]


@pytest.mark.parametrize(
    ("is_scanned", "stands"),
    [(None, Standing.UNSCANNED), (False, Standing.WAITING), (True, Standing.CLEAN)],
)
def test_a_file_stands_as_it_was_scanned(is_scanned: bool | None, stands: Standing) -> None:
    assert standing(replace(FILE, is_scanned=is_scanned)) == [stands]


def test_a_file_is_attached_while_there_is_room() -> None:
    other = replace(FILE, attachment="f2", size=400)
    assert lifecycle.attach(after(FILE), other, ROOM) == [other]
    with pytest.raises(Refused, match="may hold"):
        lifecycle.attach(after(FILE), replace(other, size=401), ROOM)
    withdrawn = EvidenceWithdrawn(attachment="f1", reason=WHY)
    assert lifecycle.attach(after(FILE, withdrawn), replace(other, size=ROOM), ROOM)


def test_an_incident_has_no_more_files_than_its_row_can_bear() -> None:
    many = [replace(FILE, attachment=f"f{number}", size=1) for number in range(200)]
    with pytest.raises(Refused, match="200 files"):
        lifecycle.attach(after(*many), replace(FILE, size=1), ROOM)


def test_an_excerpt_does_not_end_before_it_began() -> None:
    turned = replace(FILE, began=NOON, ended=NOON - timedelta(hours=1))
    with pytest.raises(Refused, match="before it began"):
        lifecycle.attach(after(), turned, ROOM)


def test_what_waited_is_judged_once() -> None:
    cleared = EvidenceCleared(attachment="f1")
    assert lifecycle.clear(after(FILE), "f1") == [cleared]
    assert lifecycle.clear(after(FILE, cleared), "f1") == []
    assert lifecycle.find_infected(after(FILE, cleared), "f1", WHY) == []
    [refused] = lifecycle.find_infected(after(FILE), "f1", WHY)
    assert isinstance(refused, EvidenceRefused)
    assert (refused.sha256, refused.finding) == ("aa", WHY)
    assert standing(FILE, refused) == [Standing.REFUSED]


def test_a_name_that_was_erased_is_refused_without_it_all_the_same() -> None:
    [refused] = lifecycle.find_infected(after(replace(FILE, name=ERASED)), "f1", WHY)
    assert isinstance(refused, EvidenceRefused)
    assert refused.name == Text("[erased]")


def test_withdrawing_twice_withdraws_once() -> None:
    [withdrawn] = lifecycle.withdraw(after(FILE), "f1", WHY)
    assert standing(FILE, withdrawn) == [Standing.WITHDRAWN]
    assert lifecycle.withdraw(after(FILE, withdrawn), "f1", WHY) == []
    with pytest.raises(Refused, match="no attachment"):
        lifecycle.withdraw(after(FILE), "f2", WHY)
