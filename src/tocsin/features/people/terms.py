"""The terms in which people and their access are spoken of."""

from dataclasses import dataclass
from enum import StrEnum

from tocsin.access.policy import Audience, Role


class Theme(StrEnum):
    """How pages look to a person: as the device says, or always light or dark."""

    DEVICE = ""
    LIGHT = "light"
    DARK = "dark"


class WhyRefused(StrEnum):
    """Why somebody was not let in. The visitor is never told which."""

    UNKNOWN_ACCOUNT = "unknown_account"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, not a password
    DISABLED = "disabled"


class WhyEnded(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed_out"
    ENDED_BY_OWNER = "ended_by_owner"
    ENDED_BY_ADMIN = "ended_by_admin"
    SIGNED_IN_AGAIN = "signed_in_again"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - as above
    PERSON_DISABLED = "person_disabled"
    EXPIRED = "expired"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handle:
    """Somebody, or a team, with the names that mean them alone, and the one that may mean others too."""

    id: str
    names: tuple[str, ...]
    short: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who is let in, with what they are to Tocsin, and the audiences they are in."""

    id: str
    role: Role
    audiences: frozenset[Audience] = frozenset()
