"""Deeds on what is shared out in an incident: roles, tasks, and who works on it."""

from datetime import timedelta

from tocsin.features.incidents.commands import roles, tasks
from tocsin.features.incidents.terms import RoleName, TaskState
from tocsin.runtime.demo.story import Act, Place

Memory = dict[str, str]
"""The ids of tasks by the names that a story calls them."""


def offer(role: RoleName, person: str, note: str) -> Act:
    """Ask somebody to take a role."""

    def act(place: Place) -> object:
        them = place.people[person]
        return roles.offer_role(place.work, place.reference, role=role, person=them, note=note)

    return act


def accept(role: RoleName) -> Act:
    """Take what was offered."""
    return lambda place: roles.accept_role(place.work, place.reference, role=role)


def decline(role: RoleName, reason: str) -> Act:
    """Say no to what was offered."""
    return lambda place: roles.decline_role(place.work, place.reference, role=role, reason=reason)


def take(role: RoleName) -> Act:
    """Take a role that nobody holds."""
    return lambda place: roles.take_role(place.work, place.reference, role=role)


def join() -> Act:
    """Work on it from now on."""
    return lambda place: roles.engage(place.work, place.reference)


def leave() -> Act:
    """Work on it no more."""
    return lambda place: roles.stand_down(place.work, place.reference)


def follow() -> Act:
    """Want to know how it goes on."""
    return lambda place: roles.follow(place.work, place.reference)


def add(
    memory: Memory, name: str, title: str, owner: str | None = None, due_in: float | None = None
) -> Act:
    """Say that something is to be done; `due_in` is in minutes."""

    def act(place: Place) -> object:
        due = None if due_in is None else place.work.ledger.clock() + timedelta(minutes=due_in)
        them = None if owner is None else place.people[owner]
        done = tasks.add_task(place.work, place.reference, title=title, owner=them, due=due)
        memory[name] = done.incident.tasks[-1].id
        return done

    return act


def assign(memory: Memory, name: str, owner: str) -> Act:
    """Say whose a task is."""

    def act(place: Place) -> object:
        them = place.people[owner]
        return tasks.assign_task(place.work, place.reference, task=memory[name], owner=them)

    return act


def settle(
    memory: Memory, name: str, state: TaskState = TaskState.DONE, reason: str | None = None
) -> Act:
    """Say that a task is done, or need not be."""

    def act(place: Place) -> object:
        task = memory[name]
        return tasks.settle_task(place.work, place.reference, task=task, state=state, reason=reason)

    return act
