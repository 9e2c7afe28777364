"""How roles, coming and going read."""

from typing import Final, assert_never

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
from tocsin.features.incidents.terms import RoleName
from tocsin.foundation.phrase import phrase
from tocsin.ledger.sentence import Person, Sentence, say
from tocsin.ledger.words import Words

ROLES: Final = {
    RoleName.COMMANDER: phrase("command"),
    RoleName.DEPUTY: phrase("role of deputy"),
    RoleName.SCRIBE: phrase("role of scribe"),
    RoleName.COMMUNICATIONS: phrase("role of communications lead"),
}
"""What one offers, accepts and gives up, with `the` before it."""


def roles(event: RoleEvent, who: Person) -> Sentence:
    """Who was asked for which role and what they said, and who came and went."""
    match event:
        case ResponderEngaged() | ResponderStoodDown() | Followed() | Unfollowed():
            return _came_or_went(event, who)
        case RoleOffered():
            person = Person(event.person)
            return say(who, " offered ", person, " the ", ROLES[event.role], _said(event.note))
        case RoleOfferWithdrawn():
            person = Person(event.person)
            return say(who, " no longer offers ", person, " the ", ROLES[event.role], ".")
        case RoleAccepted():
            return say(who, " accepted the ", ROLES[event.role], _instead(event.instead_of))
        case RoleDeclined():
            return say(who, " declined the ", ROLES[event.role], _said(event.reason))
        case RoleTaken():
            return say(who, " took the ", ROLES[event.role], _instead(event.instead_of))
        case RoleGivenUp():
            if Person(event.person) == who:
                return say(who, " gave up the ", ROLES[event.role], ".")
            relieved = Person(event.person)
            return say(who, " relieved ", relieved, " of the ", ROLES[event.role], ".")
        case _:
            assert_never(event)


def _came_or_went(
    event: ResponderEngaged | ResponderStoodDown | Followed | Unfollowed, who: Person
) -> Sentence:
    own = Person(event.person) == who
    match event:
        case ResponderEngaged():
            return say(who, " works on it.") if own else say(who, " called in ", _them(event), ".")
        case ResponderStoodDown():
            return say(who, " stood down.") if own else say(who, " let ", _them(event), " go.")
        case Followed():
            return say(who, " follows it.")
        case Unfollowed():
            return say(who, " no longer follows it.")
        case _:
            assert_never(event)


def _them(event: ResponderEngaged | ResponderStoodDown) -> Person:
    return Person(event.person)


def _said(words: Words | None) -> Sentence:
    return say(".") if words is None else say(": ", words)


def _instead(of: str | None) -> Sentence:
    return say(".") if of is None else say(" in place of ", Person(of), ".")
