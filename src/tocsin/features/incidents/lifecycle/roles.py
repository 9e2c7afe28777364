"""Who does what in it. A role has one holder at most; command passes on, and is never left lying.

Whether a person can be chosen at all is asked before (rules/eligibility.py); here `person` is whoever
gets, answers or gives up something, and `by` who asks for it.
"""

from tocsin.features.incidents.events import CommanderAppointed
from tocsin.features.incidents.events.roles import (
    Followed,
    ResponderEngaged,
    ResponderStoodDown,
    RoleAccepted,
    RoleDeclined,
    RoleGivenUp,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleTaken,
    Unfollowed,
)
from tocsin.features.incidents.lifecycle.life import Decision, acknowledge, must_not_be_over
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import RoleName
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words


def offer_role(
    incident: Incident, *, role: RoleName, person: str, by: str, note: Words | None
) -> Decision:
    """Ask a person to take a role. Nobody holds it before they say yes."""
    must_not_be_over(incident)
    if person == by:
        raise Refused("offered_to_oneself", "Take the role: what one takes needs no offer.")
    if incident.holder_of(role) == person:
        raise Refused("holds_it_already", "This person holds the role already.")
    _must_not_lead(incident, role, person)
    there = incident.offer_of(role)
    if there is not None and there.person == person:
        return []
    if there is not None:
        raise Refused(
            "offered_already", "This role is offered to somebody else. Withdraw that offer first."
        )
    return [RoleOffered(role=role, person=person, note=note)]


def accept_role(incident: Incident, *, role: RoleName, person: str) -> Decision:
    """Take what was offered; whoever held it is out, in the same change. Refuses `offer_gone`."""
    must_not_be_over(incident)
    before = incident.holder_of(role)
    if before == person:
        return []
    _must_be_offered(incident, role, person)
    accepted = RoleAccepted(role=role, person=person, instead_of=before)
    if role is RoleName.COMMANDER:
        return [*acknowledge(incident), accepted, CommanderAppointed(commander=person)]
    return [accepted]


def decline_role(
    incident: Incident, *, role: RoleName, person: str, reason: Words | None
) -> Decision:
    """Say no to what was offered. Refuses `offer_gone`."""
    _must_be_offered(incident, role, person)
    return [RoleDeclined(role=role, person=person, reason=reason)]


def withdraw_offer(incident: Incident, *, role: RoleName) -> Decision:
    """Ask no more."""
    there = incident.offer_of(role)
    return [] if there is None else [RoleOfferWithdrawn(role=role, person=there.person)]


def take_role(
    incident: Incident, *, role: RoleName, person: str, instead_of: str | None
) -> Decision:
    """Take a role at once. Who holds it must be named. Refuses `role_taken`."""
    must_not_be_over(incident)
    before = incident.holder_of(role)
    if before == person:
        return []
    if before not in (None, instead_of):
        sentence = "Somebody else holds this role by now. Look again before you take it from them."
        raise Refused("role_taken", sentence)
    there = incident.offer_of(role)
    if there is not None and there.person == person:
        return accept_role(incident, role=role, person=person)
    if role is RoleName.COMMANDER:
        return [*acknowledge(incident), CommanderAppointed(commander=person)]
    _must_not_lead(incident, role, person)
    return [RoleTaken(role=role, person=person, instead_of=before)]


def give_up_role(incident: Incident, *, role: RoleName, by: str) -> Decision:
    """Hold a role no more. Refuses `hand_over_first` for the command, `commander_only` for others'."""
    holder = incident.holder_of(role)
    if holder is None:
        return []
    _must_be_own_or_commander(incident, holder, by)
    if role is RoleName.COMMANDER:
        raise Refused(
            "hand_over_first", "Offer the command to somebody: you lead until they accept it."
        )
    return [RoleGivenUp(role=role, person=holder)]


def engage(incident: Incident, *, person: str, by: str) -> Decision:
    """Count somebody among those who work on it."""
    must_not_be_over(incident)
    _must_be_own_or_commander(incident, person, by)
    return [] if person in incident.engaged else [ResponderEngaged(person=person)]


def stand_down(incident: Incident, *, person: str, by: str) -> Decision:
    """Let somebody go. Refuses `holds_a_role`."""
    _must_be_own_or_commander(incident, person, by)
    if person not in incident.engaged:
        return []
    if any(incident.holder_of(role) == person for role in RoleName) and incident.is_open:
        raise Refused("holds_a_role", "Whoever holds a role works on it: hand it over first.")
    return [ResponderStoodDown(person=person)]


def follow(incident: Incident, *, person: str) -> Decision:
    """Want to know how it goes on."""
    return [] if person in incident.followers else [Followed(person=person)]


def unfollow(incident: Incident, *, person: str) -> Decision:
    """Want to know no more."""
    return [Unfollowed(person=person)] if person in incident.followers else []


def _must_be_offered(incident: Incident, role: RoleName, person: str) -> None:
    there = incident.offer_of(role)
    if there is None or there.person != person:
        sentence = "This offer is not open any more: it was withdrawn, or somebody took the role."
        raise Refused("offer_gone", sentence)


def _must_not_lead(incident: Incident, role: RoleName, person: str) -> None:
    if role is RoleName.DEPUTY and incident.commander == person:
        raise Refused("leads_already", "Whoever leads cannot be their own deputy.")


def _must_be_own_or_commander(incident: Incident, person: str, by: str) -> None:
    if by not in (person, incident.commander):
        raise Refused("commander_only", "Only the commander may do this for somebody else.")
