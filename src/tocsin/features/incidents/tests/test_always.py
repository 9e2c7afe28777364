"""What holds for an incident whatever is asked of it, in whatever order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.events import Declared, IncidentEvent
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, Mode, Phase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import ERASED, Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WHY = Text("because")
Ask = Callable[[Incident, datetime], list[IncidentEvent]]

ASKED: dict[str, Ask] = {
    "acknowledge": lambda it, _: lifecycle.acknowledge(it),
    "appoint": lambda it, _: lifecycle.appoint(it, commander="bob"),
    "worsen": lambda it, _: lifecycle.change_severity(it, severity=1, reason=WHY),
    "mitigate": lambda it, _: lifecycle.mitigate(it, how=WHY, workaround=False),
    "resolve": lambda it, now: lifecycle.resolve(
        it, impact_ended=now, basis=Basis.OBSERVED, how=None
    ),
    "close": lambda it, _: lifecycle.close(it, actionability=Actionability.REAL, evidence=None),
    "reopen": lambda it, now: lifecycle.reopen(
        it, impact_began=now, basis=Basis.OBSERVED, reason=WHY
    ),
    "join": lambda it, _: lifecycle.join_alerts(it, alerts=("a", "b"), rule="by hand", reason=None),
    "restrict": lambda it, _: lifecycle.restrict(it, named=("ada",), reason=WHY),
    "lift": lambda it, _: lifecycle.lift_restriction(it, reason=WHY),
}


def lived(asked: list[str]) -> tuple[Incident, list[IncidentEvent]]:
    declared = Declared(
        reference="INC-2026-0001",
        ordinal=1,
        title=ERASED,
        severity=3,
        mode=Mode.LIVE,
        impact_began=NOON,
        impact_basis=Basis.OBSERVED,
    )
    by, history = By(id="ada", kind="person"), list[IncidentEvent]([declared])
    incident = evolve(None, declared, Recorded(seq=0, at=NOON, by=by))
    for number, name in enumerate(asked, start=1):
        now = NOON + timedelta(minutes=number)
        try:
            events = ASKED[name](incident, now)
        except Refused:
            continue
        for event in events:
            incident = evolve(incident, event, Recorded(seq=len(history), at=now, by=by))
            history.append(event)
    return incident, history


ORDERS = st.lists(st.sampled_from(sorted(ASKED)), max_size=25)


@given(ORDERS)
def test_periods_of_harm_never_overlap_and_at_most_the_last_goes_on(asked: list[str]) -> None:
    incident, _ = lived(asked)
    for earlier, later in zip(incident.impacts, incident.impacts[1:], strict=False):
        assert earlier.ended is not None
        assert earlier.ended <= later.began


@given(ORDERS)
def test_harm_goes_on_exactly_while_an_incident_is_open(asked: list[str]) -> None:
    incident, _ = lived(asked)
    assert bool(incident.ongoing) == incident.is_open


@given(ORDERS)
def test_what_is_closed_says_whether_there_was_anything_to_do(asked: list[str]) -> None:
    incident, _ = lived(asked)
    assert (incident.actionability is not None) == (incident.phase is Phase.CLOSED)


@given(ORDERS)
def test_everything_that_happened_reads_as_a_sentence(asked: list[str]) -> None:
    _, history = lived(asked)
    assert all(sentence(event, "ada") for event in history)


@given(ORDERS)
def test_asking_the_same_again_changes_nothing(asked: list[str]) -> None:
    incident, _ = lived(asked)
    for name in ("acknowledge", "appoint", "worsen", "mitigate", "join"):
        once, _ = lived([*asked, name])
        twice, _ = lived([*asked, name, name])
        assert (once.phase, once.commander, once.alerts) == (
            twice.phase,
            twice.commander,
            twice.alerts,
        )
    assert incident.reference == "INC-2026-0001"
