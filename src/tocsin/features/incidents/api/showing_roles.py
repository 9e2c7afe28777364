"""Chooses what is shown of roles, people and tasks."""

from collections.abc import Mapping
from datetime import datetime

from tocsin.api.told import PersonShown, person
from tocsin.features.incidents.api.shown_roles import (
    CandidateShown,
    ListedTaskShown,
    OfferShown,
    ResponderShown,
    RoleShown,
    TaskShown,
)
from tocsin.features.incidents.commands.roles import Candidate
from tocsin.features.incidents.rows.task_list import TaskRow
from tocsin.features.incidents.state import Incident, Offer, Task
from tocsin.features.incidents.terms import RoleName, TaskState
from tocsin.ledger.words import shown

Names = Mapping[str, str]


def roles(it: Incident, names: Names) -> tuple[RoleShown, ...]:
    """Every role, held or not. Once it is over, no offer stands."""
    return tuple(_role(it, role, names) for role in RoleName)


def responders(it: Incident, names: Names) -> tuple[ResponderShown, ...]:
    """Who works on it, and who did."""
    return tuple(
        ResponderShown(
            person=person(one.person, names), since=one.since, stood_down_at=one.stood_down_at
        )
        for one in it.responders
    )


def followers(it: Incident, names: Names) -> tuple[PersonShown, ...]:
    """Who wants to know how it goes on."""
    return tuple(person(one, names) for one in it.followers)


def task(it: Task, names: Names) -> TaskShown:
    """One task."""
    return TaskShown(
        id=it.id,
        title=shown(it.title),
        state=it.state,
        owner=None if it.owner is None else person(it.owner, names),
        due=it.due,
        added_at=it.added_at,
        settled_at=it.settled_at,
    )


def candidate(it: Candidate) -> CandidateShown:
    """Somebody to choose."""
    return CandidateShown(
        person=PersonShown(id=it.person.id, name=it.person.name),
        can_be_chosen=it.obstacle is None,
        code=None if it.obstacle is None else it.obstacle.value,
        reason=None if it.obstacle is None else str(it.obstacle.words),
    )


def listed(row: TaskRow, names: Names) -> ListedTaskShown:
    """A line of a list of tasks."""
    return ListedTaskShown(
        task=row.task,
        title=row.title,
        state=TaskState(row.state),
        owner=None if row.person is None else person(row.person, names),
        due=row.due,
        added_at=row.added_at,
        incident=row.reference,
        incident_title=row.about,
        severity=row.severity,
        mode=row.mode,
        is_restricted=row.is_restricted,
    )


def people_of(it: Incident) -> set[str]:
    """The ids of the people who do something in it."""
    offers = {id_ for offer in it.offers for id_ in (offer.person, offer.by)}
    held = {one.person for one in it.holders} | {one.person for one in it.responders}
    owners = {task.owner for task in it.tasks if task.owner is not None}
    return offers | held | owners | set(it.followers)


def _role(it: Incident, role: RoleName, names: Names) -> RoleShown:
    holder, offer = it.holder_of(role), it.offer_of(role) if it.is_open else None
    return RoleShown(
        role=role,
        holder=None if holder is None else person(holder, names),
        since=_since(it, role),
        offer=None if offer is None else _offer(offer, names),
    )


def _since(it: Incident, role: RoleName) -> datetime | None:
    if role is RoleName.COMMANDER:
        return it.commander_since if it.commander else None
    return next((held.since for held in it.holders if held.role is role), None)


def _offer(it: Offer, names: Names) -> OfferShown:
    return OfferShown(
        person=person(it.person, names),
        by=person(it.by, names),
        at=it.at,
        note=None if it.note is None else shown(it.note),
    )
