"""Offering, taking and giving up roles; coming, going and following."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.access.policy import Actor, Permission, Role
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands.deciding import (
    Expected,
    Shown,
    decided,
    find,
    recorded,
    words,
)
from tocsin.features.incidents.lifecycle import roles
from tocsin.features.incidents.rules.eligibility import Obstacle, must_be_none, obstacle
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import RoleName
from tocsin.features.people.rows.people import PersonRow, person_by_id
from tocsin.features.people.rows.people import listed as people
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

PEOPLE_AT_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may be thought of for a role, and what is in the way of it."""

    person: PersonRow
    obstacle: Obstacle | None


def candidates(work: UnitOfWork, reference: str) -> list[Candidate]:
    """Everybody, with why some cannot be chosen for anything in this incident."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        incident = find(look, reference).incident
        return candidates_among(incident, people(look.rows, after=None, limit=PEOPLE_AT_MOST))


def candidates_among(incident: Incident, several: Sequence[PersonRow]) -> list[Candidate]:
    """These people, with why some cannot be chosen."""
    return [Candidate(person=one, obstacle=_in_the_way(incident, one)) for one in several]


def obstacle_to(where: Look | WorkChange, incident: Incident, person: str) -> Obstacle | None:
    """What is in the way of choosing a person, where we know them."""
    known = person_by_id(where.rows, person)
    return None if known is None else _in_the_way(incident, known)


def must_be_eligible(change: WorkChange, incident: Incident, person: str) -> None:
    """Refuse `no_such_person`, and `person_…` for whoever cannot be chosen."""
    if person_by_id(change.rows, person) is None:
        raise Refused(
            "no_such_person", phrase("There is no person with the id %(person)s.", person=person)
        )
    must_be_none(obstacle_to(change, incident, person))


def offer_role(
    work: UnitOfWork,
    reference: str,
    *,
    role: RoleName,
    person: str,
    note: str | None = None,
    expected: Expected = None,
) -> Shown:
    """Ask a person to take a role. They are asked only for what they may see and do."""
    with work.change(Permission.RESPOND) as change:

        def decide(incident: Incident) -> lifecycle.Decision:
            must_be_eligible(change, incident, person)
            by, said = _who(work.actor), words(note)
            return roles.offer_role(incident, role=role, person=person, by=by, note=said)

        return recorded(change, reference, decide, expected)


def accept_role(
    work: UnitOfWork, reference: str, *, role: RoleName, expected: Expected = None
) -> Shown:
    """Take what was offered to oneself."""
    own = oneself(work)

    def decide(incident: Incident) -> lifecycle.Decision:
        return roles.accept_role(incident, role=role, person=own)

    return decided(work, reference, decide, expected=expected)


def decline_role(
    work: UnitOfWork,
    reference: str,
    *,
    role: RoleName,
    reason: str | None = None,
    expected: Expected = None,
) -> Shown:
    """Say no to what was offered to oneself."""
    own = oneself(work)

    def decide(incident: Incident) -> lifecycle.Decision:
        return roles.decline_role(incident, role=role, person=own, reason=words(reason))

    return decided(work, reference, decide, expected=expected)


def withdraw_offer(
    work: UnitOfWork, reference: str, *, role: RoleName, expected: Expected = None
) -> Shown:
    """Ask no more whether somebody takes a role."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return roles.withdraw_offer(incident, role=role)

    return decided(work, reference, decide, expected=expected)


def take_role(
    work: UnitOfWork,
    reference: str,
    *,
    role: RoleName,
    instead_of: str | None = None,
    expected: Expected = None,
) -> Shown:
    """Take a role oneself, at once; from whoever holds it only by saying from whom."""
    own = oneself(work)

    def decide(incident: Incident) -> lifecycle.Decision:
        return roles.take_role(incident, role=role, person=own, instead_of=instead_of)

    return decided(work, reference, decide, expected=expected)


def give_up_role(
    work: UnitOfWork, reference: str, *, role: RoleName, expected: Expected = None
) -> Shown:
    """Hold a role no more; the commander may say so for others."""

    def decide(incident: Incident) -> lifecycle.Decision:
        return roles.give_up_role(incident, role=role, by=_who(work.actor))

    return decided(work, reference, decide, expected=expected)


def engage(
    work: UnitOfWork, reference: str, *, person: str | None = None, expected: Expected = None
) -> Shown:
    """Work on it from now on, or as its commander call somebody in."""
    who = person or oneself(work)
    with work.change(Permission.RESPOND) as change:

        def decide(incident: Incident) -> lifecycle.Decision:
            if who != work.actor.person:
                must_be_eligible(change, incident, who)
            return roles.engage(incident, person=who, by=_who(work.actor))

        return recorded(change, reference, decide, expected)


def stand_down(
    work: UnitOfWork, reference: str, *, person: str | None = None, expected: Expected = None
) -> Shown:
    """Work on it no more, or as its commander let somebody go."""
    who = person or oneself(work)

    def decide(incident: Incident) -> lifecycle.Decision:
        return roles.stand_down(incident, person=who, by=_who(work.actor))

    return decided(work, reference, decide, expected=expected)


def follow(work: UnitOfWork, reference: str, expected: Expected = None) -> Shown:
    """Want to know how it goes on. Whoever may see it may follow it."""
    return _followed(work, reference, roles.follow, expected)


def unfollow(work: UnitOfWork, reference: str, expected: Expected = None) -> Shown:
    """Want to know no more."""
    return _followed(work, reference, roles.unfollow, expected)


def oneself(work: UnitOfWork) -> str:
    """The person at work. Refuses `token_is_nobody`: a program holds no role."""
    if work.actor.person is None:
        raise Refused("token_is_nobody", "A token is nobody: a person must do this, signed in.")
    return work.actor.person


def _followed(
    work: UnitOfWork,
    reference: str,
    how: Callable[..., lifecycle.Decision],
    expected: Expected,
) -> Shown:
    own = oneself(work)
    with work.change(Permission.SEE_INCIDENTS) as change:
        return recorded(change, reference, lambda incident: how(incident, person=own), expected)


def _in_the_way(incident: Incident, person: PersonRow) -> Obstacle | None:
    role, out = Role(person.role), person.is_disabled
    return obstacle(incident, person=person.id, role=role, is_disabled=out)


def _who(actor: Actor) -> str:
    return actor.person or actor.by.id
