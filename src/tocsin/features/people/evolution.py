"""What each event means for a person, a team, an audience or a token. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.people.events import (
    Added,
    AudienceEvent,
    Disabled,
    Enabled,
    KeysChosen,
    LanguageSet,
    MemberAdmitted,
    MemberDismissed,
    MemberJoined,
    MemberLeft,
    PasswordSet,
    PersonEvent,
    Renamed,
    RoleGiven,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SingleKeysSet,
    TeamCreated,
    TeamEvent,
    ThemeSet,
    TokenCreated,
    TokenEvent,
    TokenRevoked,
    ZoneSet,
)
from tocsin.features.people.state import AudienceState, Person, Team, Token
from tocsin.ledger.entry import Recorded

Access = RoleGiven | PasswordSet | SecondFactorEnrolled | SecondFactorRemoved | Disabled | Enabled


def evolve_person(person: Person | None, event: PersonEvent, on: Recorded) -> Person:
    """The person after one more event."""
    if isinstance(event, Added):
        return Person(email=event.email, name=event.name, role=event.role, added_at=on.at)
    assert person is not None, "the first event about a person is Added"
    match event:
        case Renamed():
            return replace(person, name=event.name)
        case ZoneSet():
            return replace(person, zone=event.zone)
        case LanguageSet():
            return replace(person, language=event.language)
        case ThemeSet():
            return replace(person, theme=event.theme)
        case SingleKeysSet():
            return replace(person, single_keys=event.on)
        case KeysChosen():
            return replace(person, keys=event.keys)
        case _:
            return _with_access(person, event)


def _with_access(person: Person, event: Access) -> Person:
    match event:
        case RoleGiven():
            return replace(person, role=event.role)
        case PasswordSet():
            return replace(person, has_password=True)
        case SecondFactorEnrolled():
            return replace(person, has_second_factor=True)
        case SecondFactorRemoved():
            return replace(person, has_second_factor=False)
        case Disabled():
            return replace(person, is_disabled=True)
        case Enabled():
            return replace(person, is_disabled=False)
        case _:
            assert_never(event)


def evolve_team(team: Team | None, event: TeamEvent, on: Recorded) -> Team:
    """The team after one more event."""
    if isinstance(event, TeamCreated):
        return Team(name=event.name, title=event.title, created_at=on.at)
    assert team is not None, "the first event about a team is TeamCreated"
    match event:
        case MemberJoined():
            return replace(team, members=(*team.members, event.person))
        case MemberLeft():
            kept = tuple(member for member in team.members if member != event.person)
            return replace(team, members=kept)
        case _:
            assert_never(event)


def evolve_audience(
    audience: AudienceState | None, event: AudienceEvent, _: Recorded
) -> AudienceState:
    """The audience after one more event. It is there from the first member on."""
    members = () if audience is None else audience.members
    others = tuple(member for member in members if member != event.member)
    match event:
        case MemberAdmitted():
            return AudienceState(members=(*others, event.member))
        case MemberDismissed():
            return AudienceState(members=others)
        case _:
            assert_never(event)


def evolve_token(token: Token | None, event: TokenEvent, on: Recorded) -> Token:
    """The token after one more event."""
    match event:
        case TokenCreated():
            return Token(
                name=event.name,
                role=event.role,
                digest=event.digest,
                created_at=on.at,
                created_by=on.by.id,
            )
        case TokenRevoked():
            assert token is not None, "only a created token is revoked"
            return replace(token, is_revoked=True)
        case _:
            assert_never(event)
