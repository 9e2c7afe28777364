"""Whether a person can be given a role or a task of an incident, and if not, why. Pure."""

from enum import StrEnum

from tocsin.access.policy import Permission, Role, holding
from tocsin.access.visibility import may_see
from tocsin.features.incidents.state import Incident
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By


class Obstacle(StrEnum):
    """Why somebody cannot be chosen; the values are the codes of refusals."""

    DISABLED = "person_disabled"
    MAY_NOT_SEE = "person_may_not_see"
    MAY_NOT_RESPOND = "person_may_not_respond"

    @property
    def words(self) -> str:
        """What is said of the person, after their name."""
        return WORDS[self]


WORDS = {
    Obstacle.DISABLED: phrase("is disabled"),
    Obstacle.MAY_NOT_SEE: phrase("may not see this incident"),
    Obstacle.MAY_NOT_RESPOND: phrase("may not work on incidents"),
}


def obstacle(incident: Incident, *, person: str, role: Role, is_disabled: bool) -> Obstacle | None:
    """What is in the way of choosing somebody; None where nothing is."""
    actor = holding(role, By(id=person, kind="person"), person)
    if is_disabled:
        return Obstacle.DISABLED
    if not may_see(actor, incident):
        return Obstacle.MAY_NOT_SEE
    return None if Permission.RESPOND in actor.may else Obstacle.MAY_NOT_RESPOND


def must_be_none(found: Obstacle | None) -> None:
    """Refuse `person_disabled`, `person_may_not_see` or `person_may_not_respond`."""
    if found is not None:
        raise Refused(
            found.value, phrase("This person %(what)s, and cannot be chosen.", what=found.words)
        )
