"""What can have happened to people, teams, audiences, tokens and sessions.

No secret stands in an event: no password, no hash of one, no key of a second factor, no cookie.
"""

from tocsin.access.policy import Role
from tocsin.features.people.terms import Theme, WhyEnded, WhyRefused
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("person.added")
class Added:
    """Somebody became known here, with a role."""

    email: Words
    name: Words
    role: Role


@event("person.role_given")
class RoleGiven:
    """They may do what this role allows from now on."""

    role: Role


@event("person.renamed")
class Renamed:
    """They go by another name."""

    name: Words


@event("person.password_set")
class PasswordSet:
    """They have a new password, which nobody is told."""


@event("person.second_factor_enrolled")
class SecondFactorEnrolled:
    """Signing in takes a code from their device from now on."""


@event("person.second_factor_removed")
class SecondFactorRemoved:
    """Signing in takes the password alone again."""


@event("person.disabled")
class Disabled:
    """They are not let in any more."""


@event("person.enabled")
class Enabled:
    """They are let in again."""


@event("person.zone_set")
class ZoneSet:
    """They read times in this zone (IANA name)."""

    zone: str


@event("person.language_set")
class LanguageSet:
    """They read pages in this language (a tag of BCP 47); empty: in that of their browser."""

    language: str


@event("person.theme_set")
class ThemeSet:
    """Their pages look like this."""

    theme: Theme


@event("person.single_keys_set")
class SingleKeysSet:
    """A key alone does something on their pages, or nothing does (WCAG 2.1.4)."""

    on: bool


@event("person.keys_chosen")
class KeysChosen:
    """Single keys do on their pages what others do as shipped. `keys` are those that differ."""

    keys: dict[str, str]


@event("team.created")
class TeamCreated:
    """A team came into being. `name` is what rules and lists call it."""

    name: str
    title: Words


@event("team.member_joined")
class MemberJoined:
    """A person belongs to the team."""

    person: str


@event("team.member_left")
class MemberLeft:
    """A person does not belong to the team any more."""

    person: str


@event("audience.member_admitted")
class MemberAdmitted:
    """A person, or a token, reads and writes what is for the audience alone. Its name is its id."""

    member: str


@event("audience.member_dismissed")
class MemberDismissed:
    """They do not any more."""

    member: str


@event("token.created")
class TokenCreated:
    """A program got a key. `digest` is the SHA-256 of its 260 random bits, from which none can guess."""

    name: str
    role: Role
    digest: str


@event("token.revoked")
class TokenRevoked:
    """The key opens nothing any more."""


@event("session.signed_in")
class SignedIn:
    """A person signed in, with a second factor or without."""

    person: str
    second_factor: bool
    ip_prefix: str


@event("session.sign_in_refused")
class SignInRefused:
    """Somebody was not let in. `account` is what they typed as their e-mail address."""

    reason: WhyRefused
    ip_prefix: str
    account: Words


@event("session.second_factor_refused")
class SecondFactorRefused:
    """The password was right and the code was not."""

    person: str
    ip_prefix: str


@event("session.ended")
class SessionEnded:
    """A session is over, and its cookie opens nothing any more."""

    person: str
    reason: WhyEnded


PersonEvent = (
    Added
    | RoleGiven
    | Renamed
    | PasswordSet
    | SecondFactorEnrolled
    | SecondFactorRemoved
    | Disabled
    | Enabled
    | ZoneSet
    | LanguageSet
    | ThemeSet
    | SingleKeysSet
    | KeysChosen
)
TeamEvent = TeamCreated | MemberJoined | MemberLeft
AudienceEvent = MemberAdmitted | MemberDismissed
TokenEvent = TokenCreated | TokenRevoked
SessionEvent = SignedIn | SignInRefused | SecondFactorRefused | SessionEnded
