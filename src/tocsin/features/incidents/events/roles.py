"""Who does what in it: roles offered, accepted, declined and given up, responders, followers."""

from tocsin.features.incidents.terms import RoleName
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.role_offered")
class RoleOffered:
    """A person was asked to take a role. `note` says what is open and what was promised."""

    role: RoleName
    person: str
    note: Words | None = None


@event("incident.role_offer_withdrawn")
class RoleOfferWithdrawn:
    """A person was not asked any more."""

    role: RoleName
    person: str


@event("incident.role_accepted")
class RoleAccepted:
    """A person took the role that was offered. `instead_of` is who held it until then."""

    role: RoleName
    person: str
    instead_of: str | None = None


@event("incident.role_declined")
class RoleDeclined:
    """A person did not take the role that was offered."""

    role: RoleName
    person: str
    reason: Words | None = None


@event("incident.role_taken")
class RoleTaken:
    """A person took a role by themselves. `instead_of` is who held it until then."""

    role: RoleName
    person: str
    instead_of: str | None = None


@event("incident.role_given_up")
class RoleGivenUp:
    """A person does not hold a role any more, and nobody else does."""

    role: RoleName
    person: str


@event("incident.responder_engaged")
class ResponderEngaged:
    """A person works on it from now on."""

    person: str


@event("incident.responder_stood_down")
class ResponderStoodDown:
    """A person does not work on it any more."""

    person: str


@event("incident.followed")
class Followed:
    """A person wants to know how it goes on."""

    person: str


@event("incident.unfollowed")
class Unfollowed:
    """A person does not want to know any more."""

    person: str


RoleEvent = (
    RoleOffered
    | RoleOfferWithdrawn
    | RoleAccepted
    | RoleDeclined
    | RoleTaken
    | RoleGivenUp
    | ResponderEngaged
    | ResponderStoodDown
    | Followed
    | Unfollowed
)
