"""What one may not see is unknown: in lists, by reference, in refusals and in what can be changed."""

from datetime import UTC, datetime

import pytest
from alertmanagers import add_alert
from incident_lives import everything
from sqlalchemy import event

from tocsin.access.policy import TOCSIN, Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts.commands import create_source
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.mirroring.commands.settling import settle
from tocsin.features.notices.commands import dead_letters, replay
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import due, keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


def person(ledger: Ledger, name: str, role: Role = Role.MANAGER) -> UnitOfWork:
    return UnitOfWork(ledger, holding(role, By(id=name, kind="person"), name))


def answer(work: UnitOfWork, reference: str) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        commands.acknowledge(work, reference)
    return refused.value.code, refused.value.reason.replace(reference, "REF")


def test_the_unnamed_see_a_world_without_it(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    commands.declare(ada, Declaration(title="Cards refused"))
    before = everything(eve)
    said = Declaration(title="Privileged session", restricted_to=("ada",))
    secret = commands.declare(ada, said).incident.reference
    assert everything(eve) == before
    assert secret in [row.reference for row in everything(ada)]
    assert answer(eve, secret) == answer(eve, "INC-2026-9999")


def test_it_takes_no_more_work_to_be_unknown_than_not_to_be_there(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    said = Declaration(title="Privileged session", restricted_to=("ada",))
    secret = commands.declare(ada, said).incident.reference
    asked: list[str] = []
    event.listen(
        ledger.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2])
    )
    answer(eve, secret)
    for_the_hidden = asked.copy()
    asked.clear()
    answer(eve, "RES-2026-9999")
    assert for_the_hidden == asked


def test_a_call_about_it_that_was_given_up_is_unknown_too(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada", Role.ADMIN), person(ledger, "eve", Role.ADMIN)
    kind, peer = SourceKind.ALERTMANAGER, "https://alerts.example.com"
    source, _ = create_source(ada, name="am1", kind=kind, peer_url=peer)
    alert = add_alert(ledger, {"alertname": "A"}, key="k1", source=source)
    said = Declaration(title="Privileged session", restricted_to=("ada",), alerts=(alert,))
    secret = commands.declare(ada, said)
    commands.acknowledge(ada, secret.incident.reference)
    settle(UnitOfWork(ledger, TOCSIN), {"incident": secret.id})
    with ledger.database.write() as rows:
        (call,) = due.claim(rows, "test", ledger.clock(), slots={f"alertmanager of {source}": 1})
        due.settle(rows, call, "dead", "It cannot be reached.")
    assert [one.receiver for one in dead_letters(ada)] == [f"alertmanager of {source}"]
    assert dead_letters(eve) == []
    with pytest.raises(Refused, match="nothing given up"):
        replay(eve, call.id)


def test_whoever_looks_sees_one_moment_while_it_becomes_restricted(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    reference = commands.declare(ada, Declaration(title="Cards refused")).incident.reference
    with eve.look(Permission.SEE_INCIDENTS) as look:
        found_then = commands.find(look, reference)
        commands.restrict(ada, reference, named=(), reason="It is a breach.")
        told = look.history(INCIDENT, found_then.id)
    assert [entry.kind for entry in told] == ["incident.declared"]


def test_whoever_may_not_restrict_declares_nothing_restricted(ledger: Ledger) -> None:
    rex = person(ledger, "rex", Role.RESPONDER)
    with pytest.raises(Refused, match="not allowed to restrict"):
        commands.declare(rex, Declaration(title="Hidden", restricted_to=("rex",)))
    assert commands.declare(rex, Declaration(title="Open")).incident.restricted_to is None


def test_born_restricted_ones_leave_no_gap_in_the_open_series(ledger: Ledger) -> None:
    ada = person(ledger, "ada")
    said = Declaration(title="Privileged session", restricted_to=("ada",))
    assert commands.declare(ada, said).incident.reference.startswith("RES-2026-")
    assert commands.declare(ada, Declaration(title="Open")).incident.reference <= "INC-2026-0004"


def test_restricting_and_opening_take_effect_at_once(ledger: Ledger) -> None:
    ada, eve = person(ledger, "ada"), person(ledger, "eve")
    reference = commands.declare(ada, Declaration(title="Cards refused")).incident.reference
    commands.restrict(ada, reference, named=(), reason="It is a breach.")
    assert everything(eve) == []
    commands.lift_restriction(ada, reference, reason="It was not.")
    assert [row.reference for row in everything(eve)] == [reference]


def test_pages_of_a_list_hold_each_incident_once(ledger: Ledger) -> None:
    ada = person(ledger, "ada")
    for number in range(15):
        named = ("ada",) if number % 3 == 0 else None
        commands.declare(ada, Declaration(title=f"No. {number}", restricted_to=named))
    seen: list[str] = []
    after = None
    while rows := commands.listed(ada, after=after, limit=4):
        seen += [row.reference for row in rows]
        after = rows[-1]
    assert len(seen) == len(set(seen)) == 15


def test_an_observer_cannot_declare(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="not allowed to declare"):
        commands.declare(person(ledger, "olga", Role.OBSERVER), Declaration(title="x"))


def test_two_people_who_read_the_same_version_cannot_both_change_it(ledger: Ledger) -> None:
    ada = person(ledger, "ada")
    shown = commands.declare(ada, Declaration(title="Cards refused"))
    reference = shown.incident.reference
    commands.acknowledge(ada, reference, expected=shown.version)
    with pytest.raises(Refused, match="meanwhile"):
        commands.mitigate(ada, reference, expected=shown.version)
