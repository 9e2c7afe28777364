"""Declaring: what a template adds, what is over already, and what is said beforehand."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, Ending
from tocsin.features.incidents.events import Declared, Noted, TaskAdded
from tocsin.features.incidents.port import Effect
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import Mode, Phase
from tocsin.features.playbooks import commands as playbooks
from tocsin.features.playbooks.terms import Template
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.entry import By, Entry
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import shown
from tocsin.storage.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CARDS = Template(
    services=("cards",),
    title="Cards: {title}",
    severity=2,
    team="payments",
    first_tasks="- Look at the acquirer\nTell support\n",
    asks=("Region", "Customer"),
)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def ada(ledger: Ledger) -> UnitOfWork:
    return person(ledger, "ada", Role.ADMIN)


def person(ledger: Ledger, name: str, role: Role = Role.MANAGER) -> UnitOfWork:
    return UnitOfWork(ledger, holding(role, By(id=name, kind="person"), name))


def history(work: UnitOfWork, id_: str) -> list[Entry]:
    with work.ledger.read() as rows:
        return work.ledger.history(rows, INCIDENT.key(id_))


def test_a_template_says_what_was_not_said(ada: UnitOfWork) -> None:
    playbooks.write_template(ada, "cards", CARDS)
    said = Declaration(title="refused", template="cards", answers={"Region": "EU", "Customer": " "})
    made = commands.declare(ada, said)
    it = made.incident
    assert (shown(it.title), it.severity, it.service, it.team) == (
        "Cards: refused",
        2,
        "cards",
        "payments",
    )
    assert (it.template, it.template_version) == ("cards", 1)
    entries = history(ada, made.id)
    assert [type(one.event) for one in entries] == [Declared, Noted, TaskAdded, TaskAdded]
    assert shown(entries[1].event.text) == "Region: EU"
    assert [shown(one.event.title) for one in entries[2:]] == [
        "Look at the acquirer",
        "Tell support",
    ]
    assert made.version == len(entries)


def test_what_was_said_beats_the_template_and_versions_stay_with_their_incidents(
    ada: UnitOfWork,
) -> None:
    playbooks.write_template(ada, "cards", CARDS)
    said = Declaration(title="x", severity=4, service="pos", team="shops", template="cards")
    it = commands.declare(ada, said).incident
    assert (it.severity, it.service, it.team) == (4, "pos", "shops")
    playbooks.write_template(ada, "cards", Template())
    assert commands.declare(ada, said).incident.template_version == 2
    assert commands.one(ada, it.reference).incident.template_version == 1


def test_without_template_and_severity_it_is_as_usual(ada: UnitOfWork) -> None:
    it = commands.declare(ada, Declaration(title="x")).incident
    assert (it.severity, it.template, it.template_version) == (3, None, None)


def test_templates_and_questions_that_are_not_there_are_refused(ada: UnitOfWork) -> None:
    with pytest.raises(Refused, match="no template cards"):
        commands.declare(ada, Declaration(title="x", template="cards"))
    playbooks.write_template(ada, "cards", CARDS)
    with pytest.raises(Refused, match="does not ask"):
        commands.declare(ada, Declaration(title="x", template="cards", answers={"Shoe": "44"}))
    with pytest.raises(Refused, match="does not ask"):
        commands.declare(ada, Declaration(title="x", answers={"Region": "EU"}))
    playbooks.retire_template(ada, "cards")
    with pytest.raises(Refused, match="no template cards"):
        commands.declare(ada, Declaration(title="x", template="cards"))


def test_what_is_over_is_one_change(ada: UnitOfWork, ledger: Ledger) -> None:
    began, ended = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
    before = len(ledger.after(-1))
    said = Declaration(title="Batch was late", impact_began=began)
    ending = Ending(impact_ended=ended, how="Ran it again", actionability=Actionability.REAL)
    made = commands.declare(ada, said, ending)
    it = made.incident
    assert (it.mode, it.phase) == (Mode.RETROSPECTIVE, Phase.CLOSED)
    assert [(one.began, one.ended) for one in it.impacts] == [(began, ended)]
    entries = history(ada, made.id)
    assert [one.kind for one in entries] == [
        "incident.declared",
        "incident.acknowledged",
        "incident.resolved",
        "incident.closed",
    ]
    assert made.version == len(entries) == len(ledger.after(-1)) - before
    assert {one.at for one in entries} == {NOON}
    again = commands.acknowledge
    with pytest.raises(Refused, match="closed"):
        again(ada, it.reference)


def test_what_is_over_stays_resolved_unless_it_is_closed_as_well(ada: UnitOfWork) -> None:
    made = commands.declare(ada, Declaration(title="x", impact_began=NOON), Ending())
    assert made.incident.phase is Phase.RESOLVED
    assert made.incident.impacts[0].ended == NOON


def test_a_training_that_is_over_stays_a_training(ada: UnitOfWork) -> None:
    said = Declaration(title="x", impact_began=NOON, mode=Mode.TRAINING)
    assert commands.declare(ada, said, Ending()).incident.mode is Mode.TRAINING


@pytest.mark.parametrize(
    ("began", "ended", "code"),
    [
        (None, None, "began_missing"),
        (NOON, NOON + timedelta(hours=1), "ended_in_the_future"),
        (NOON, NOON - timedelta(hours=1), "ends_before_it_began"),
        (NOON + timedelta(hours=1), None, "ends_before_it_began"),
    ],
)
def test_nothing_is_recorded_of_what_cannot_have_been(
    ada: UnitOfWork, ledger: Ledger, began: datetime | None, ended: datetime | None, code: str
) -> None:
    before = len(ledger.after(-1))
    said = Declaration(title="x", impact_began=began)
    with pytest.raises(Refused) as refused:
        commands.declare(ada, said, Ending(impact_ended=ended))
    assert refused.value.code == code
    assert len(ledger.after(-1)) == before


def test_the_same_is_known_with_its_reasons_and_only_by_who_may_see_it(
    ada: UnitOfWork, ledger: Ledger, clock: SimulatedClock
) -> None:
    open_ = commands.declare(ada, Declaration(title="Card payments failing", service="cards"))
    secret = Declaration(title="Card payments failing again", restricted_to=("ada",))
    hidden = commands.declare(ada, secret).incident.reference
    clock.advance(timedelta(minutes=7))
    said = Declaration(title="card payments failing in germany", service="cards")
    first, second = commands.preview(ada, said, ()).known
    assert first.row.reference == open_.incident.reference
    assert first.is_likely
    assert first.reasons == (
        "Same service, cards",
        "“card”, “payments” and “failing” stand in its title",
        "Opened 7 min ago",
    )
    assert second.row.reference == hidden
    [only] = commands.preview(person(ledger, "bea"), said, ()).known
    assert only.row.reference == open_.incident.reference


def test_what_is_over_is_known_for_a_day_and_exercises_among_themselves(
    ada: UnitOfWork, clock: SimulatedClock
) -> None:
    over = commands.declare(ada, Declaration(title="Card payments failing")).incident.reference
    drill = Declaration(title="Card payments failing", mode=Mode.DRILL)
    exercise = commands.declare(ada, drill).incident.reference
    commands.acknowledge(ada, over)
    commands.resolve(ada, over)
    said = Declaration(title="card payments failing")

    def known(declaration: Declaration) -> list[str]:
        return [one.row.reference for one in commands.preview(ada, declaration, ()).known]

    assert known(said) == [over]
    assert known(Declaration(title="card payments failing", mode=Mode.TRAINING)) == [exercise]
    clock.advance(timedelta(hours=25))
    assert known(said) == []
    assert known(Declaration(title="")) == []


def test_a_severity_is_suggested_with_its_reason_and_never_set(ada: UnitOfWork) -> None:
    ahead = commands.preview(ada, Declaration(title="All customers see errors"), ())
    assert ahead.suggestion is not None
    assert ahead.suggestion.severity == 1
    assert ahead.suggestion.reasons == ("“all customers” speaks for Sev-1",)
    assert ahead.said.severity == 3
    assert commands.preview(ada, Declaration(title="Hm"), ()).suggestion is None
    playbooks.write_template(ada, "cards", CARDS)
    by_template = commands.preview(ada, Declaration(title="Hm", template="cards"), ())
    assert by_template.suggestion is not None
    assert by_template.suggestion.reasons == ("the template cards says Sev-2",)


def test_what_will_happen_is_what_happens(ada: UnitOfWork) -> None:
    playbooks.write_template(ada, "cards", CARDS)
    said = Declaration(title="refused", template="cards", mode=Mode.TRAINING)
    ahead = commands.preview(ada, said, ())
    it = commands.declare(ada, said).incident
    assert (ahead.said.title, ahead.said.severity, ahead.said.service) == (
        shown(it.title),
        it.severity,
        it.service,
    )
    assert [one.effect for one in ahead.foreseen] == [
        Effect.RECORDED,
        Effect.PREPARED,
        Effect.SEEN,
        Effect.FIGURES,
        Effect.PAGED,
    ]
    assert "2 first tasks" in ahead.foreseen[1].text
    assert "TRAINING" in ahead.foreseen[3].text


def test_looking_ahead_takes_the_right_to_declare_and_changes_nothing(
    ada: UnitOfWork, ledger: Ledger
) -> None:
    before = len(ledger.after(-1))
    commands.preview(ada, Declaration(title="x"), ())
    assert len(ledger.after(-1)) == before
    for role in (Role.OBSERVER, Role.AUDITOR):
        with pytest.raises(Refused) as refused:
            commands.preview(person(ledger, "olga", role), Declaration(title="x"), ())
        assert refused.value.code == "not_allowed"
    rex = person(ledger, "rex", Role.RESPONDER)
    with pytest.raises(Refused):
        commands.preview(rex, Declaration(title="x", restricted_to=("rex",)), ())
