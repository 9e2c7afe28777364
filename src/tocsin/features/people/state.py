"""What a person, a team, an audience and a token are, at one moment."""

from dataclasses import dataclass, field
from datetime import datetime

from tocsin.access.policy import Role
from tocsin.features.people.terms import Theme
from tocsin.ledger.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in."""

    email: Words
    name: Words
    role: Role
    added_at: datetime
    is_disabled: bool = False
    has_password: bool = False
    has_second_factor: bool = False
    zone: str = "UTC"
    language: str = ""
    theme: Theme = Theme.DEVICE
    single_keys: bool = True
    keys: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team, with the ids of its members."""

    name: str
    title: Words
    created_at: datetime
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceState:
    """An audience, with the ids of the people and tokens in it."""

    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key for a program, which holds a role."""

    name: str
    role: Role
    digest: str
    created_at: datetime
    created_by: str
    is_revoked: bool = False
