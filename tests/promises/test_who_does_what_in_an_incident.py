"""Roles, people and tasks of an incident: chosen only where they may be, seen only where they may be."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from incident_lives import refused
from sqlalchemy import event, func, select

from tocsin.access.policy import Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration, presence, roles, tasks
from tocsin.features.incidents.rows.presence import PRESENCE
from tocsin.features.incidents.rows.task_list import TasksWanted, counted_tasks
from tocsin.features.incidents.rules.eligibility import Obstacle
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.terms import RoleName, TaskState
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.sentence import Person
from tocsin.runtime.opening import host_work
from tocsin.storage.database import Database

COMMAND, SCRIBE = RoleName.COMMANDER, RoleName.SCRIBE
ROLES = {
    "ada": Role.MANAGER,
    "bob": Role.RESPONDER,
    "eve": Role.RESPONDER,
    "olga": Role.OBSERVER,
    "dan": Role.RESPONDER,
}


class Crew:
    """Some people before one incident; Dan is not let in any more."""

    def __init__(self, ledger: Ledger, clock: SimulatedClock) -> None:
        self.ledger, self.clock = ledger, clock
        host = host_work(ledger)
        self.ids = {
            name: people.add_person(host, email=f"{name}@example.com", name=name.title(), role=role)
            for name, role in ROLES.items()
        }
        people.disable(host, self.ids["dan"])
        said = Declaration(title="Cards refused")
        self.reference = commands.declare(self.work("ada"), said).incident.reference

    def work(self, name: str, ledger: Ledger | None = None) -> UnitOfWork:
        id_ = self.ids[name]
        actor = holding(ROLES[name], By(id=id_, kind="person"), id_)
        return UnitOfWork(ledger or self.ledger, actor)

    def secret(self, *named: str) -> str:
        said = Declaration(
            title="Privileged session", restricted_to=tuple(self.ids[name] for name in named)
        )
        return commands.declare(self.work("ada"), said).incident.reference


@pytest.fixture
def crew(database: Database) -> Crew:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return Crew(found(database, keys.make(), clock, origin="test"), clock)


def test_command_is_handed_over_with_a_note_and_moves_when_it_is_accepted(crew: Crew) -> None:
    ada, bob = crew.work("ada"), crew.work("bob")
    roles.take_role(ada, crew.reference, role=COMMAND)
    note = "Word was promised at four."
    roles.offer_role(ada, crew.reference, role=COMMAND, person=crew.ids["bob"], note=note)
    assert commands.one(ada, crew.reference).incident.commander == crew.ids["ada"]
    done = roles.accept_role(bob, crew.reference, role=COMMAND).incident
    assert (done.commander, done.offers) == (crew.ids["bob"], ())
    _, entries = commands.timeline(ada, crew.reference)
    kinds = [entry.kind.removeprefix("incident.") for entry in entries]
    assert kinds[1:] == [
        "acknowledged",
        "commander_appointed",
        "role_offered",
        "role_accepted",
        "commander_appointed",
    ]
    assert all(Person(entry.by.id) in sentence(entry.event, entry.by.id) for entry in entries)


@pytest.mark.parametrize(
    ("name", "obstacle"),
    [("dan", Obstacle.DISABLED), ("olga", Obstacle.MAY_NOT_RESPOND), ("eve", Obstacle.MAY_NOT_SEE)],
)
def test_whoever_cannot_be_chosen_is_refused_everywhere_and_one_is_told_why(
    crew: Crew, name: str, obstacle: Obstacle
) -> None:
    ada, who = crew.work("ada"), crew.ids[name]
    named = ("ada", "bob") if name == "eve" else ("ada", "bob", name)
    secret = crew.secret(*named)
    told = {one.person.id: one.obstacle for one in roles.candidates(ada, secret)}
    assert (told[who], told[crew.ids["bob"]]) == (obstacle, None)
    roles.take_role(ada, secret, role=COMMAND)
    task = tasks.add_task(ada, secret, title="Call the bank").incident.tasks[0].id
    acts: list[Callable[[], object]] = [
        lambda: roles.offer_role(ada, secret, role=COMMAND, person=who),
        lambda: commands.appoint(ada, secret, commander=who),
        lambda: roles.engage(ada, secret, person=who),
        lambda: tasks.add_task(ada, secret, title="Call again", owner=who),
        lambda: tasks.assign_task(ada, secret, task=task, owner=who),
    ]
    for choose in acts:
        with refused(obstacle.value):
            choose()
    assert commands.one(ada, secret).incident.offers == ()


def test_somebody_who_is_not_there_cannot_be_chosen(crew: Crew) -> None:
    with refused("no_such_person"):
        roles.offer_role(crew.work("ada"), crew.reference, role=SCRIBE, person="nobody")


def test_an_offer_of_what_was_restricted_meanwhile_cannot_be_accepted(crew: Crew) -> None:
    ada, bob = crew.work("ada"), crew.work("bob")
    roles.offer_role(ada, crew.reference, role=SCRIBE, person=crew.ids["bob"])
    commands.restrict(ada, crew.reference, named=(), reason="It is a breach.")
    with refused("unknown_incident"):
        roles.accept_role(bob, crew.reference, role=SCRIBE)


def both(*acts: Callable[[], object]) -> list[str]:
    """What came of acts at the same time: the codes of refusals, empty where it was done."""

    def tried(act: Callable[[], object]) -> str:
        try:
            act()
        except Refused as no:
            return no.code
        return ""

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(tried, acts))


def test_of_two_who_take_a_role_at_once_one_is_refused(crew: Crew) -> None:
    bob, eve = crew.work("bob"), crew.work("eve")
    said = both(
        lambda: roles.take_role(bob, crew.reference, role=SCRIBE),
        lambda: roles.take_role(eve, crew.reference, role=SCRIBE),
    )
    assert said == ["", "role_taken"]


def test_of_an_acceptance_and_a_withdrawal_at_once_one_leader_comes(crew: Crew) -> None:
    ada, bob, eve = crew.work("ada"), crew.work("bob"), crew.work("eve")
    roles.take_role(ada, crew.reference, role=COMMAND)
    roles.offer_role(ada, crew.reference, role=COMMAND, person=crew.ids["bob"])
    own = crew.ids["ada"]
    said = both(
        lambda: roles.accept_role(bob, crew.reference, role=COMMAND),
        lambda: roles.take_role(eve, crew.reference, role=COMMAND, instead_of=own),
    )
    after = commands.one(ada, crew.reference).incident
    assert said in (["", "offer_gone"], ["", "role_taken"])
    leader = "eve" if "offer_gone" in said else "bob"
    assert (after.commander, after.offers) == (crew.ids[leader], ())


def test_a_program_holds_no_role_but_may_ask_somebody(crew: Crew) -> None:
    actor = holding(Role.RESPONDER, By(id="token-1", kind="token"), None)
    token = UnitOfWork(crew.ledger, actor)
    acts: list[Callable[[], object]] = [
        lambda: roles.take_role(token, crew.reference, role=SCRIBE),
        lambda: roles.follow(token, crew.reference),
        lambda: presence.come(token, crew.reference),
    ]
    for own in acts:
        with refused("token_is_nobody"):
            own()
    with refused("commander_only"):
        roles.engage(token, crew.reference, person=crew.ids["bob"])
    asked = roles.offer_role(token, crew.reference, role=SCRIBE, person=crew.ids["bob"])
    assert asked.incident.offers[0].by == "token-1"


def test_an_observer_follows_and_does_no_more(crew: Crew) -> None:
    olga = crew.work("olga")
    assert roles.follow(olga, crew.reference).incident.followers == (crew.ids["olga"],)
    assert roles.unfollow(olga, crew.reference).incident.followers == ()
    acts: list[Callable[[], object]] = [
        lambda: roles.take_role(olga, crew.reference, role=SCRIBE),
        lambda: roles.engage(olga, crew.reference),
        lambda: tasks.add_task(olga, crew.reference, title="x"),
    ]
    for act in acts:
        with refused("not_allowed"):
            act()


def test_what_may_not_be_seen_cannot_be_followed_joined_or_watched(crew: Crew) -> None:
    eve, secret = crew.work("eve"), crew.secret("ada")
    acts: list[Callable[[], object]] = [
        lambda: roles.follow(eve, secret),
        lambda: roles.engage(eve, secret),
        lambda: roles.candidates(eve, secret),
        lambda: presence.come(eve, secret),
        lambda: presence.who_is_here(eve, secret),
        lambda: tasks.add_task(eve, secret, title="x"),
    ]
    for act in acts:
        with refused("unknown_incident"):
            act()


def listed(work: UnitOfWork, **wanted: str | None) -> list[str]:
    person = wanted.get("person")
    found = tasks.listed_tasks(work, TasksWanted(person=person, limit=50))
    with work.look(Permission.SEE_INCIDENTS) as look:
        assert counted_tasks(look, TasksWanted(person=person)) == len(found)
    return [row.title for row in found]


def test_tasks_are_listed_due_first_of_what_one_may_see_alone(crew: Crew) -> None:
    ada, bob, now = crew.work("ada"), crew.work("bob"), crew.clock()
    secret, own = crew.secret("ada", "bob"), crew.ids["bob"]
    tasks.add_task(ada, crew.reference, title="Some time", owner=own)
    tasks.add_task(ada, crew.reference, title="Late", owner=own, due=now + timedelta(hours=2))
    tasks.add_task(ada, secret, title="Soon", owner=own, due=now + timedelta(hours=1))
    crew.clock.advance(timedelta(seconds=1))
    tasks.add_task(ada, crew.reference, title="Nobody's")
    assert listed(bob, person=own) == ["Soon", "Late", "Some time"]
    assert listed(ada) == ["Soon", "Late", "Some time", "Nobody's"]
    assert listed(crew.work("eve")) == ["Late", "Some time", "Nobody's"]
    commands.restrict(ada, secret, named=(), reason="Fewer people.")
    assert listed(bob, person=own) == ["Late", "Some time"]


def test_pages_of_tasks_hold_each_once(crew: Crew) -> None:
    ada, secret = crew.work("ada"), crew.secret("ada")
    for number in range(11):
        where = secret if number % 3 == 0 else crew.reference
        due = crew.clock() + timedelta(hours=number % 4) if number % 2 else None
        tasks.add_task(ada, where, title=f"No. {number}", due=due)
    seen: list[str] = []
    after: tuple[datetime, str] | None = None
    while rows := tasks.listed_tasks(ada, TasksWanted(limit=3, after=after)):
        seen += [row.task for row in rows]
        after = (rows[-1].due_or_last, rows[-1].task)
    assert len(seen) == len(set(seen)) == 11


def test_a_task_leaves_the_list_when_it_is_ticked_off_and_comes_back(crew: Crew) -> None:
    bob = crew.work("bob")
    added = tasks.add_task_in_a_line(bob, crew.reference, "Roll back @Bob").incident.tasks[0]
    assert (added.owner, listed(bob)) == (crew.ids["bob"], ["Roll back"])
    for state, left in ((TaskState.DONE, []), (TaskState.OPEN, ["Roll back"])):
        tasks.settle_task(bob, crew.reference, task=added.id, state=state)
        assert listed(bob) == left


def test_a_line_that_gives_a_task_to_nobody_adds_nothing(crew: Crew) -> None:
    bob = crew.work("bob")
    with refused("no_such_person"):
        tasks.add_task_in_a_line(bob, crew.reference, "Roll back @zoe")
    with refused("task_missing"):
        tasks.add_task_in_a_line(bob, crew.reference, " @Bob ")
    with refused("person_may_not_respond"):
        tasks.add_task_in_a_line(bob, crew.reference, "Roll back @olga")
    assert listed(bob) == []


@pytest.fixture
def elsewhere(crew: Crew) -> Iterator[Ledger]:
    """Another server process at the same database."""
    database = Database(crew.ledger.database.url)
    yield Ledger(database, crew.ledger.keys, crew.clock)
    database.close()


def test_who_is_here_is_the_same_in_every_process_and_forgotten_after_75_seconds(
    crew: Crew, elsewhere: Ledger
) -> None:
    ada, bob = crew.work("ada"), crew.work("bob", elsewhere)
    assert presence.come(ada, crew.reference) == [crew.ids["ada"]]
    here = sorted([crew.ids["ada"], crew.ids["bob"]])
    assert presence.come(bob, crew.reference) == here
    assert presence.who_is_here(ada, crew.reference) == here
    crew.clock.advance(timedelta(seconds=74))
    presence.come(ada, crew.reference)
    assert presence.who_is_here(bob, crew.reference) == here
    crew.clock.advance(timedelta(seconds=1))
    assert presence.who_is_here(bob, crew.reference) == [crew.ids["ada"]]


def test_being_here_is_written_once_in_half_a_minute_and_nothing_is_recorded(crew: Crew) -> None:
    ada, written = crew.work("ada"), list[str]()
    version = commands.one(ada, crew.reference).version

    def heard(*given: object) -> None:
        statement = str(given[2])
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    event.listen(crew.ledger.database.engine, "before_cursor_execute", heard)
    for _ in range(10):
        presence.come(ada, crew.reference)
        crew.clock.advance(timedelta(seconds=6))
    assert len([one for one in written if one.startswith("INSERT")]) == 2
    assert all("incident_presence" in one for one in written)
    assert commands.one(ada, crew.reference).version == version


def test_what_is_kept_of_who_was_here_does_not_grow(crew: Crew) -> None:
    ada, bob = crew.work("ada"), crew.work("bob")
    for number in range(20):
        said = Declaration(title=f"No. {number}")
        presence.come(bob, commands.declare(ada, said).incident.reference)
        crew.clock.advance(timedelta(seconds=40))
    with crew.ledger.read() as rows:
        assert rows.scalar(select(func.count()).select_from(PRESENCE)) == 2


def test_whoever_may_not_see_it_any_more_is_not_shown_as_here(crew: Crew) -> None:
    ada, bob = crew.work("ada"), crew.work("bob")
    presence.come(bob, crew.reference)
    commands.restrict(ada, crew.reference, named=(), reason="It is a breach.")
    assert presence.come(ada, crew.reference) == [crew.ids["ada"]]
