"""Decisions about tasks, and reading whose a task is out of its line."""

from datetime import timedelta

import pytest
from incident_lives import DECLARED, NOON, RESOLVED, after, refused

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.events import (
    Closed,
    TaskAdded,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskDueChanged,
    TaskReopened,
    TaskReworded,
)
from tocsin.features.incidents.lifecycle import tasks
from tocsin.features.incidents.lifecycle.tasks import Due
from tocsin.features.incidents.rows.tasks import tasked
from tocsin.features.incidents.rules.assigning import taken_apart
from tocsin.features.incidents.rules.clocks import LAST, ClockOf, next_clock
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import TaskState
from tocsin.features.people.terms import Handle
from tocsin.ledger.words import ERASED, Text

TITLE = Text("Roll back cfg-8841")
ADDED = TaskAdded(task="t1", title=TITLE, owner="bob")
INCIDENT = after(None, DECLARED)
WITH = after(INCIDENT, ADDED)
DONE = after(WITH, TaskDone(task="t1", title=TITLE))
DROPPED = after(WITH, TaskDropped(task="t1", title=TITLE))
OTHER = Text("Fail over to Dublin")
LATER = NOON + timedelta(hours=2)
PEOPLE = (
    Handle(id="bob", names=("Bob Bell", "bob"), short="Bob"),
    Handle(id="ann", names=("Ann Lee", "ann"), short="Ann"),
    Handle(id="annabel", names=("Annabel Lee", "abel"), short="Annabel"),
)


def state_of(incident: Incident) -> TaskState:
    return incident.tasks[0].state


def test_a_task_is_ticked_off_once_and_reopened_once() -> None:
    assert tasks.finish_task(WITH, task="t1") == [TaskDone(task="t1", title=TITLE)]
    assert tasks.finish_task(DONE, task="t1") == []
    again = tasks.reopen_task(DONE, task="t1")
    assert again == [TaskReopened(task="t1", title=TITLE)]
    assert state_of(after(DONE, *again)) is TaskState.OPEN
    assert tasks.reopen_task(WITH, task="t1") == []


def test_what_was_dropped_is_not_done_and_what_was_done_not_dropped() -> None:
    with refused("task_dropped"):
        tasks.finish_task(DROPPED, task="t1")
    with refused("task_done"):
        tasks.drop_task(DONE, task="t1", reason=None)
    assert tasks.drop_task(DROPPED, task="t1", reason=None) == []
    assert len(tasks.reopen_task(DROPPED, task="t1")) == 1


def test_an_open_task_changes_hands() -> None:
    given = tasks.assign_task(WITH, task="t1", owner="eve")
    assert given == [TaskAssigned(task="t1", title=TITLE, owner="eve")]
    assert after(WITH, *given).tasks[0].owner == "eve"
    assert tasks.assign_task(WITH, task="t1", owner="bob") == []
    with refused("task_done"):
        tasks.assign_task(DONE, task="t1", owner="eve")


def test_an_open_task_is_said_in_other_words_and_due_at_another_time() -> None:
    changed = tasks.change_task(WITH, task="t1", title=OTHER, due=Due(LATER))
    assert changed == [
        TaskReworded(task="t1", title=OTHER, was=TITLE),
        TaskDueChanged(task="t1", title=OTHER, due=LATER),
    ]
    [it] = after(WITH, *changed).tasks
    assert (it.title, it.due, it.owner, it.is_open) == (OTHER, LATER, "bob", True)


def test_what_is_not_said_of_a_task_stays_and_what_is_said_again_changes_nothing() -> None:
    dated = after(WITH, TaskDueChanged(task="t1", title=TITLE, due=LATER))
    assert tasks.change_task(dated, task="t1", title=None, due=None) == []
    assert tasks.change_task(dated, task="t1", title=TITLE, due=Due(LATER)) == []
    assert tasks.change_task(WITH, task="t1", title=None, due=Due(None)) == []
    reworded = tasks.change_task(dated, task="t1", title=OTHER, due=None)
    assert after(dated, *reworded).tasks[0].due == LATER
    undated = tasks.change_task(dated, task="t1", title=None, due=Due(None))
    assert after(dated, *undated).tasks[0].title == TITLE


def test_only_what_is_still_to_be_done_is_changed() -> None:
    resolved = after(WITH, RESOLVED)
    assert len(tasks.change_task(resolved, task="t1", title=OTHER, due=Due(LATER))) == 2
    closed = after(resolved, Closed(actionability=Actionability.REAL))
    for incident, code in (
        (DONE, "task_done"),
        (DROPPED, "task_dropped"),
        (closed, "already_closed"),
        (INCIDENT, "unknown_task"),
    ):
        with refused(code):
            tasks.change_task(incident, task="t1", title=OTHER, due=Due(LATER))


def test_what_runs_out_next_follows_the_time_of_a_task() -> None:
    dated = after(WITH, TaskDueChanged(task="t1", title=TITLE, due=LATER))
    assert next_clock(WITH) is None
    assert next_clock(dated) == (LATER, ClockOf.TASK)
    assert [row["due_or_last"] for row in tasked(dated)] == [LATER]
    undated = after(dated, TaskDueChanged(task="t1", title=TITLE))
    assert next_clock(undated) is None
    assert [row["due_or_last"] for row in tasked(undated)] == [LAST]


def test_a_task_whose_words_are_erased_takes_new_ones() -> None:
    erased = after(INCIDENT, TaskAdded(task="t1", title=ERASED))
    changed = tasks.change_task(erased, task="t1", title=OTHER, due=None)
    assert changed == [TaskReworded(task="t1", title=OTHER, was=ERASED)]


def test_a_task_that_is_not_there_is_unknown() -> None:
    with refused("unknown_task"):
        tasks.finish_task(INCIDENT, task="t1")


def test_a_resolved_incident_takes_tasks_and_a_closed_one_does_not() -> None:
    resolved = after(INCIDENT, RESOLVED)
    assert tasks.add_task(resolved, ADDED) == [ADDED]
    closed = after(resolved, Closed(actionability=Actionability.REAL))
    with refused("already_closed"):
        tasks.add_task(closed, ADDED)


def test_there_is_an_end_to_the_tasks_of_one_incident() -> None:
    full = after(INCIDENT, *(TaskAdded(task=f"t{n}", title=TITLE) for n in range(tasks.MOST_TASKS)))
    with refused("too_many_tasks"):
        tasks.add_task(full, TaskAdded(task="more", title=TITLE))


def test_figures_about_tasks_survive_the_erasure_of_their_words() -> None:
    due = NOON + timedelta(hours=1)
    incident = after(
        INCIDENT,
        TaskAdded(task="t1", title=ERASED, owner="bob", due=due),
        TaskAdded(task="t2", title=ERASED),
        TaskDone(task="t2", title=ERASED),
    )
    assert [task.id for task in incident.open_tasks] == ["t1"]
    assert [row["due_or_last"] for row in tasked(incident)] == [due, LAST]
    assert {row["title"] for row in tasked(incident)} == {"[erased]"}


@pytest.mark.parametrize(
    ("line", "title", "owner"),
    [
        ("Roll back cfg-8841", "Roll back cfg-8841", None),
        ("Roll back @bob", "Roll back", "bob"),
        ("@Bob Bell roll back", "roll back", "bob"),
        ("Call @annabel now", "Call now", "annabel"),
        ("Call @Ann", "Call", "ann"),
        ("Write to ops@example.com", "Write to ops@example.com", None),
    ],
)
def test_a_line_says_whose_a_task_is(line: str, title: str, owner: str | None) -> None:
    assert taken_apart(line, PEOPLE) == (title, owner)


@pytest.mark.parametrize("line", ["Roll back @nobody", "Call @Lee", "@"])
def test_a_name_that_means_nobody_or_several_is_refused(line: str) -> None:
    ones = (Handle(id=f"lee{n}", names=(f"Lee {n}",), short="Lee") for n in range(2))
    several = [*PEOPLE, *ones]
    if line == "@":
        assert taken_apart(line, several) == ("@", None)
        return
    with refused("no_such_person"):
        taken_apart(line, several)
