"""What may happen to people, teams, audiences and tokens, as decisions.

Doing a thing twice changes nothing.
"""

from typing import Final

from tocsin.access.policy import Role
from tocsin.features.people.events import (
    AudienceEvent,
    Disabled,
    Enabled,
    KeysChosen,
    LanguageSet,
    MemberAdmitted,
    MemberDismissed,
    MemberJoined,
    MemberLeft,
    PersonEvent,
    Renamed,
    RoleGiven,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SingleKeysSet,
    TeamEvent,
    ThemeSet,
    TokenEvent,
    TokenRevoked,
    ZoneSet,
)
from tocsin.features.people.state import AudienceState, Person, Team, Token
from tocsin.features.people.terms import Theme
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text

LAST_ADMIN: Final = "This is the last admin. Make somebody else an admin first."


def give_role(person: Person, *, role: Role, is_last_admin: bool) -> list[PersonEvent]:
    """Let a person do what a role allows. Somebody must stay an admin."""
    if person.role is role:
        return []
    if is_last_admin:
        raise Refused("last_admin", LAST_ADMIN)
    return [RoleGiven(role=role)]


def disable(person: Person, *, is_last_admin: bool) -> list[PersonEvent]:
    """Let a person in no more. Somebody must stay an admin."""
    if person.is_disabled:
        return []
    if is_last_admin:
        raise Refused("last_admin", LAST_ADMIN)
    return [Disabled()]


def enable(person: Person) -> list[PersonEvent]:
    """Let a person in again."""
    return [Enabled()] if person.is_disabled else []


def rename(person: Person, *, id_: str, name: str) -> list[PersonEvent]:
    """Call a person by another name. `id_` is whose words these are."""
    words = Text(name, about=id_)
    return [] if person.name == words else [Renamed(name=words)]


def choose_display(person: Person, *, zone: str, language: str, theme: Theme) -> list[PersonEvent]:
    """Set how a person reads times, in which language, and how pages look to them."""
    events: list[PersonEvent] = []
    if person.zone != zone:
        events.append(ZoneSet(zone=zone))
    if person.language != language:
        events.append(LanguageSet(language=language))
    if person.theme is not theme:
        events.append(ThemeSet(theme=theme))
    return events


def set_single_keys(person: Person, *, on: bool) -> list[PersonEvent]:
    """Let a key alone do something on a person's pages, or nothing."""
    return [] if person.single_keys is on else [SingleKeysSet(on=on)]


def choose_keys(person: Person, *, keys: dict[str, str]) -> list[PersonEvent]:
    """Let single keys do on a person's pages what others do as shipped."""
    return [] if person.keys == keys else [KeysChosen(keys=keys)]


def enrol_second_factor(person: Person) -> list[PersonEvent]:
    """Ask for a code at every sign-in; another device takes the place of the one before."""
    if not person.has_second_factor:
        return [SecondFactorEnrolled()]
    return [SecondFactorRemoved(), SecondFactorEnrolled()]


def remove_second_factor(person: Person) -> list[PersonEvent]:
    """Ask for no code any more."""
    return [SecondFactorRemoved()] if person.has_second_factor else []


def join(team: Team, *, person: str) -> list[TeamEvent]:
    """Add a member."""
    return [] if person in team.members else [MemberJoined(person=person)]


def leave(team: Team, *, person: str) -> list[TeamEvent]:
    """Take a member out."""
    return [MemberLeft(person=person)] if person in team.members else []


def admit(audience: AudienceState, *, member: str) -> list[AudienceEvent]:
    """Let somebody read and write what is for an audience."""
    return [] if member in audience.members else [MemberAdmitted(member=member)]


def dismiss(audience: AudienceState, *, member: str) -> list[AudienceEvent]:
    """Let them do so no more."""
    return [MemberDismissed(member=member)] if member in audience.members else []


def revoke(token: Token) -> list[TokenEvent]:
    """Make a key open nothing."""
    return [] if token.is_revoked else [TokenRevoked()]
