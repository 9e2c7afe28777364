"""Whether a person may be told of something now, and if not, why. Pure.

The one place where it is asked whether a recipient may see an incident and read an entry of it: asked
when a message is queued, when its mail is made, and before every attempt at sending it.
"""

from tocsin.access.policy import Role
from tocsin.features.incidents.commands.mentioning import sees
from tocsin.features.incidents.state import Incident
from tocsin.features.messages.terms import Choices, Message, Way, WhyWithheld
from tocsin.features.people.state import Person
from tocsin.features.people.terms import Reader
from tocsin.ledger.words import Erased


def may_read(person: str, role: Role, incident: Incident) -> bool:
    """Whether somebody may see an incident, and with it every entry of it."""
    return sees(Reader(id=person, role=role), incident)


def obstacle(
    message: Message, person: Person, incident: Incident, choices: Choices
) -> WhyWithheld | None:
    """What is in the way of sending a message by mail; None where nothing is."""
    if person.is_disabled:
        return WhyWithheld.DISABLED
    if not may_read(message.person, person.role, incident):
        return WhyWithheld.MAY_NOT_SEE
    if choices.way(message.concern) is Way.NEVER:
        return WhyWithheld.TURNED_OFF
    return WhyWithheld.NO_ADDRESS if isinstance(person.email, Erased) else None
