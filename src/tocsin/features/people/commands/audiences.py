"""Audiences: who may read and write what is for one of them alone."""

from collections.abc import Collection

from tocsin.access.policy import Audience, Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.people import lifecycle
from tocsin.features.people.rows import PERSON, TOKEN, names, person_by_email
from tocsin.features.people.rows import audiences as audience_rows
from tocsin.features.people.rows import tokens as token_rows
from tocsin.features.people.rows.audiences import AUDIENCE, AudienceRow
from tocsin.features.people.state import AudienceState
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused


def audiences(work: UnitOfWork) -> list[AudienceRow]:
    """Every audience, with who is in it."""
    with work.look(Permission.SEE_PEOPLE) as look:
        return audience_rows.audiences(look.rows)


def names_of(work: UnitOfWork, members: Collection[str]) -> dict[str, str]:
    """What members are called; one without a name by its id."""
    with work.look(Permission.SEE_PEOPLE) as look:
        known = names(look.rows, members)
    return {member: known.get(member, member) for member in members}


def admit(work: UnitOfWork, name: str, member: str) -> None:
    """Put a person or a token in an audience. Refuses `unknown_audience`, `unknown_member`."""
    audience = audience_named(name)
    with work.change(Permission.MANAGE_PEOPLE) as change:
        if all(one.read(change.rows, member) is None for one in (PERSON, TOKEN)):
            raise Refused(
                "unknown_member",
                phrase("There is no person and no token %(member)s.", member=member),
            )
        events = lifecycle.admit(_found(change, audience), member=member)
        if events:
            change.record(AUDIENCE, audience.value, events)


def dismiss(work: UnitOfWork, name: str, member: str) -> None:
    """Take somebody out of an audience: they read nothing of it from their next request on."""
    audience = audience_named(name)
    with work.change(Permission.MANAGE_PEOPLE) as change:
        events = lifecycle.dismiss(_found(change, audience), member=member)
        if events:
            change.record(AUDIENCE, audience.value, events)


def member_named(work: UnitOfWork, who: str) -> str:
    """The id of a person by their e-mail address, or of the one token in use of that name.

    Refuses `no_such_member`.
    """
    with work.look(Permission.MANAGE_PEOPLE) as look:
        person = person_by_email(look.rows, who)
        tokens = [] if person else token_rows.named(look.rows, who)
    found = [person.id] if person else tokens
    if len(found) != 1:
        none, several = phrase("no person and no token"), phrase("more than one token")
        how_many = several if found else none
        raise Refused(
            "no_such_member",
            phrase("There is %(how_many)s called %(who)s.", how_many=how_many, who=who),
        )
    return found[0]


def audience_named(name: str) -> Audience:
    """The audience of a name. Refuses `unknown_audience`."""
    if name not in set(Audience):
        known = " and ".join(Audience)
        raise Refused(
            "unknown_audience",
            phrase("There is no audience %(name)s; there are %(known)s.", name=name, known=known),
        )
    return Audience(name)


def _found(change: WorkChange, audience: Audience) -> AudienceState:
    found = change.change.find(AUDIENCE, audience.value)
    return AudienceState() if found is None else found[0]
