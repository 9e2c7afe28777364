"""How each event about people, teams, audiences, tokens and sessions reads. One sentence per event.

An event without one does not pass the type checkers.
"""

from collections.abc import Mapping
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
from tocsin.foundation.phrase import Phrase, phrase, term
from tocsin.ledger.sentence import Person, Sentence, Value, listed, say
from tocsin.web.languages import LANGUAGES

Display = ZoneSet | LanguageSet | ThemeSet | SingleKeysSet
Access = PasswordSet | SecondFactorEnrolled | SecondFactorRemoved | Disabled | Enabled


def of_person(event: PersonEvent, actor: str) -> Sentence:
    """Say what happened to a person."""
    who = Person(actor)
    match event:
        case Added():
            return say(who, " added ", event.name, " as ", term(event.role), ".")
        case RoleGiven():
            return say(who, " gave the role ", term(event.role), ".")
        case Renamed():
            return say(who, " changed the name to ", event.name, ".")
        case ZoneSet() | LanguageSet() | ThemeSet() | SingleKeysSet():
            return _display(event, who)
        case KeysChosen(keys=keys):
            return _keys(keys, who)
        case _:
            return _access(event, who)


def _display(event: Display, who: Person) -> Sentence:
    match event:
        case ZoneSet():
            return say(who, " reads times in ", Value(event.zone), " now.")
        case LanguageSet(language=""):
            return say(who, " reads pages in the language of the browser.")
        case LanguageSet(language=language):
            called = LANGUAGES.get(language, language)
            return say(who, " reads pages in ", Value(called), " now.")
        case ThemeSet(theme=""):
            return say(who, " chose the device theme.")
        case ThemeSet(theme=theme):
            return say(who, " chose the ", term(theme), " theme.")
        case SingleKeysSet(on=True):
            return say(who, " switched single keys on.")
        case SingleKeysSet():
            return say(who, " switched single keys off.")
        case _:
            assert_never(event)


def _keys(keys: Mapping[str, str], who: Person) -> Sentence:
    if not keys:
        return say(who, " took the keys as shipped.")
    changed = [phrase("%(new)s for %(old)s", new=new, old=old) for old, new in keys.items()]
    return say(who, " chose other keys: ", listed(Value(one) for one in changed), ".")


def _access(event: Access, who: Person) -> Sentence:
    match event:
        case PasswordSet():
            return say(who, " set a new password.")
        case SecondFactorEnrolled():
            return say(who, " enrolled a second factor.")
        case SecondFactorRemoved():
            return say(who, " removed the second factor.")
        case Disabled():
            return say(who, " disabled the account.")
        case Enabled():
            return say(who, " enabled the account again.")
        case _:
            assert_never(event)


def of_team(event: TeamEvent, actor: str) -> Sentence:
    """Say what happened to a team."""
    who = Person(actor)
    match event:
        case TeamCreated():
            return say(who, " created the team ", Value(event.name), " (", event.title, ").")
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
            name, role = Value(event.name), term(event.role)
            return say(who, " created the token ", name, " as ", role, ".")
        case TokenRevoked():
            return say(who, " revoked the token.")
        case _:
            assert_never(event)


def of_session(event: SessionEvent, _: str) -> Sentence:
    """Say who came and went, and who was not let in."""
    match event:
        case SignedIn(person=person, ip_prefix=ip):
            if event.second_factor:
                return say(Person(person), " signed in with a second factor from ", Value(ip), ".")
            return say(Person(person), " signed in with a password from ", Value(ip), ".")
        case SignInRefused(account=account, ip_prefix=ip):
            why = _refused(event.reason)
            return say("A sign-in as ", account, " from ", Value(ip), " was refused: ", why, ".")
        case SecondFactorRefused(person=person, ip_prefix=ip):
            return say(Person(person), " gave a wrong code from ", Value(ip), ".")
        case SessionEnded(person=person):
            return say("The session of ", Person(person), " ended: ", _ended(event.reason), ".")
        case _:
            assert_never(event)


def _refused(reason: WhyRefused) -> Phrase:
    match reason:
        case WhyRefused.UNKNOWN_ACCOUNT:
            return phrase("there is no such account")
        case WhyRefused.WRONG_PASSWORD:
            return phrase("the password was wrong")
        case WhyRefused.DISABLED:
            return phrase("the account is disabled")
        case _:
            assert_never(reason)


def _ended(reason: WhyEnded) -> Phrase:
    match reason:
        case WhyEnded.SIGNED_OUT:
            return phrase("signed out")
        case WhyEnded.ENDED_BY_OWNER:
            return phrase("ended from another session")
        case WhyEnded.ENDED_BY_ADMIN:
            return phrase("ended by an admin")
        case WhyEnded.SIGNED_IN_AGAIN:
            return phrase("signed in again")
        case WhyEnded.PASSWORD_CHANGED:
            return phrase("the password changed")
        case WhyEnded.PERSON_DISABLED:
            return phrase("the account was disabled")
        case WhyEnded.EXPIRED:
            return phrase("it expired")
        case WhyEnded.RESTORED:
            return phrase("a backup was restored")
        case _:
            assert_never(reason)
