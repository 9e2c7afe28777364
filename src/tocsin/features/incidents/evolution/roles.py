"""What offering, taking and giving up roles means, and coming and going."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from tocsin.features.incidents.events import CommanderAppointed
from tocsin.features.incidents.events.roles import (
    Followed,
    ResponderEngaged,
    ResponderStoodDown,
    RoleAccepted,
    RoleDeclined,
    RoleEvent,
    RoleGivenUp,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleTaken,
    Unfollowed,
)
from tocsin.features.incidents.state import Incident, Offer, Responder, RoleHeld
from tocsin.features.incidents.terms import RoleName
from tocsin.ledger.entry import Recorded


def peopled(incident: Incident, event: RoleEvent | CommanderAppointed, on: Recorded) -> Incident:
    """The incident with somebody in, out of or asked for a role, here, gone or following."""
    match event:
        case CommanderAppointed():
            return _commanded(incident, event, on)
        case RoleOffered() | RoleOfferWithdrawn() | RoleDeclined():
            return _offered(incident, event, on)
        case RoleAccepted() | RoleTaken():
            return _engaged(_held(incident, event, on.at), event.person, on.at)
        case RoleGivenUp():
            return replace(incident, holders=_holders_but(incident, event.role))
        case ResponderEngaged():
            return _engaged(incident, event.person, on.at)
        case ResponderStoodDown():
            return _stood_down(incident, event.person, on.at)
        case Followed():
            followers = dict.fromkeys((*incident.followers, event.person))
            return replace(incident, followers=tuple(followers))
        case Unfollowed():
            kept = tuple(one for one in incident.followers if one != event.person)
            return replace(incident, followers=kept)
        case _:
            assert_never(event)


def _commanded(incident: Incident, event: CommanderAppointed, on: Recorded) -> Incident:
    """Whoever leads is nobody's deputy and works on it; no offer of the command stands."""
    led = replace(incident, commander=event.commander, commander_since=on.at)
    holders = tuple(
        held
        for held in led.holders
        if (held.role, held.person) != (RoleName.DEPUTY, event.commander)
    )
    led = replace(led, holders=holders, offers=_offers_but(led, RoleName.COMMANDER))
    return _engaged(led, event.commander, on.at)


def _offered(
    incident: Incident, event: RoleOffered | RoleOfferWithdrawn | RoleDeclined, on: Recorded
) -> Incident:
    others = _offers_but(incident, event.role)
    if not isinstance(event, RoleOffered):
        return replace(incident, offers=others)
    made = Offer(role=event.role, person=event.person, by=on.by.id, at=on.at, note=event.note)
    return replace(incident, offers=(*others, made))


def _held(incident: Incident, event: RoleAccepted | RoleTaken, at: datetime) -> Incident:
    """Whoever leads is said by `CommanderAppointed` alone; the other roles are held from here on."""
    rest = replace(incident, offers=_offers_but(incident, event.role))
    if event.role is RoleName.COMMANDER:
        return rest
    held = RoleHeld(role=event.role, person=event.person, since=at)
    return replace(rest, holders=(*_holders_but(incident, event.role), held))


def _offers_but(incident: Incident, role: RoleName) -> tuple[Offer, ...]:
    return tuple(offer for offer in incident.offers if offer.role is not role)


def _holders_but(incident: Incident, role: RoleName) -> tuple[RoleHeld, ...]:
    return tuple(held for held in incident.holders if held.role is not role)


def _engaged(incident: Incident, person: str, at: datetime) -> Incident:
    if person in incident.engaged:
        return incident
    others = tuple(one for one in incident.responders if one.person != person)
    return replace(incident, responders=(*others, Responder(person=person, since=at)))


def _stood_down(incident: Incident, person: str, at: datetime) -> Incident:
    responders = tuple(
        replace(one, stood_down_at=at) if one.person == person else one
        for one in incident.responders
    )
    return replace(incident, responders=responders)
