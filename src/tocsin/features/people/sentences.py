"""How each event about people, teams, audiences, tokens and sessions reads. One sentence per event.

An event without one does not pass the type checkers.
"""

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
    SecondFactorRefused,
    SecondFactorRemoved,
    SessionEnded,
    SessionEvent,
    SignedIn,
    SignInRefused,
    SingleKeysSet,
    TeamCreated,
    TeamEvent,
    ThemeSet,
    TokenCreated,
    TokenEvent,
    TokenRevoked,
    ZoneSet,
)
from tocsin.features.people.terms import WhyEnded, WhyRefused
from tocsin.ledger.sentence import Person, Sentence, say
from tocsin.web.languages import LANGUAGES

Display = ZoneSet | LanguageSet | ThemeSet | SingleKeysSet
Access = PasswordSet | SecondFactorEnrolled | SecondFactorRemoved | Disabled | Enabled


def of_person(event: PersonEvent, actor: str) -> Sentence:
    """Say what happened to a person."""
    who = Person(actor)
    match event:
        case Added():
            return say(who, " added ", event.name, f" as {event.role}.")
        case RoleGiven():
            return say(who, f" gave the role {event.role}.")
        case Renamed():
            return say(who, " changed the name to ", event.name, ".")
        case ZoneSet() | LanguageSet() | ThemeSet() | SingleKeysSet():
            return _display(event, who)
        case KeysChosen():
            changed = ", ".join(f"{new} for {old}" for old, new in event.keys.items())
            return say(
                who, f" chose other keys: {changed}." if changed else " took the keys as shipped."
            )
        case _:
            return say(who, _access(event))


def _display(event: Display, who: Person) -> Sentence:
    match event:
        case ZoneSet():
            return say(who, f" reads times in {event.zone} now.")
        case LanguageSet(language=""):
            return say(who, " reads pages in the language of the browser.")
        case LanguageSet():
            return say(who, f" reads pages in {LANGUAGES.get(event.language, event.language)} now.")
        case ThemeSet():
            return say(who, f" chose the {event.theme or 'device'} theme.")
        case SingleKeysSet():
            return say(who, f" switched single keys {'on' if event.on else 'off'}.")
        case _:
            assert_never(event)


def _access(event: Access) -> str:
    match event:
        case PasswordSet():
            return " set a new password."
        case SecondFactorEnrolled():
            return " enrolled a second factor."
        case SecondFactorRemoved():
            return " removed the second factor."
        case Disabled():
            return " disabled the account."
        case Enabled():
            return " enabled the account again."
        case _:
            assert_never(event)


def of_team(event: TeamEvent, actor: str) -> Sentence:
    """Say what happened to a team."""
    who = Person(actor)
    match event:
        case TeamCreated():
            return say(who, f" created the team {event.name} (", event.title, ").")
        case MemberJoined():
            return say(who, " added ", Person(event.person), " to the team.")
        case MemberLeft():
            return say(who, " took ", Person(event.person), " out of the team.")
        case _:
            assert_never(event)


def of_audience(event: AudienceEvent, actor: str) -> Sentence:
    """Say who came into an audience and who left it."""
    who = Person(actor)
    match event:
        case MemberAdmitted():
            return say(who, " put ", Person(event.member), " in the audience.")
        case MemberDismissed():
            return say(who, " took ", Person(event.member), " out of the audience.")
        case _:
            assert_never(event)


def of_token(event: TokenEvent, actor: str) -> Sentence:
    """Say what happened to a token."""
    who = Person(actor)
    match event:
        case TokenCreated():
            return say(who, f" created the token {event.name} as {event.role}.")
        case TokenRevoked():
            return say(who, " revoked the token.")
        case _:
            assert_never(event)


def of_session(event: SessionEvent, _: str) -> Sentence:
    """Say who came and went, and who was not let in."""
    match event:
        case SignedIn():
            how = "with a second factor" if event.second_factor else "with a password"
            return say(Person(event.person), f" signed in {how} from {event.ip_prefix}.")
        case SignInRefused():
            why = _refused(event.reason)
            return say(
                "A sign-in as ", event.account, f" from {event.ip_prefix} was refused: {why}."
            )
        case SecondFactorRefused():
            return say(Person(event.person), f" gave a wrong code from {event.ip_prefix}.")
        case SessionEnded():
            return say("The session of ", Person(event.person), f" ended: {_ended(event.reason)}.")
        case _:
            assert_never(event)


def _refused(reason: WhyRefused) -> str:
    match reason:
        case WhyRefused.UNKNOWN_ACCOUNT:
            return "there is no such account"
        case WhyRefused.WRONG_PASSWORD:
            return "the password was wrong"
        case WhyRefused.DISABLED:
            return "the account is disabled"
        case _:
            assert_never(reason)


def _ended(reason: WhyEnded) -> str:
    match reason:
        case WhyEnded.SIGNED_OUT:
            return "signed out"
        case WhyEnded.ENDED_BY_OWNER:
            return "ended from another session"
        case WhyEnded.ENDED_BY_ADMIN:
            return "ended by an admin"
        case WhyEnded.SIGNED_IN_AGAIN:
            return "signed in again"
        case WhyEnded.PASSWORD_CHANGED:
            return "the password changed"
        case WhyEnded.PERSON_DISABLED:
            return "the account was disabled"
        case WhyEnded.EXPIRED:
            return "it expired"
        case WhyEnded.RESTORED:
            return "a backup was restored"
        case _:
            assert_never(reason)
