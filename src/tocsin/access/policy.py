"""Who may do what. Pure: a role and a permission go in, yes or no comes out."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.foundation.phrase import phrase, term
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By


class Permission(StrEnum):
    """Something an actor may be allowed to do."""

    SEE_INCIDENTS = "see incidents"
    DECLARE = "declare incidents"
    RESPOND = "work on incidents"
    RESTRICT = "restrict incidents"
    SEE_ALERTS = "see alerts"
    WORK_ON_ALERTS = "work on alerts"
    SEND_SIGNALS = "send signals"
    MANAGE_SOURCES = "manage sources"
    SEE_PEOPLE = "see people and teams"
    MANAGE_PEOPLE = "manage people"
    MANAGE_SETTINGS = "change the settings"
    READ_LEDGER = "read the ledger"
    RUN = "run Tocsin"


class Role(StrEnum):
    """What somebody is to Tocsin."""

    ADMIN = "admin"
    MANAGER = "manager"
    RESPONDER = "responder"
    OBSERVER = "observer"
    AUDITOR = "auditor"


class Audience(StrEnum):
    """For whose eyes an entry may be meant alone. Whom that is, is said among people, by name."""

    LEGAL = "legal"
    SECURITY = "security"


_OBSERVER: Final = frozenset(
    {Permission.SEE_INCIDENTS, Permission.SEE_ALERTS, Permission.SEE_PEOPLE}
)
_RESPONDER: Final = _OBSERVER | {
    Permission.DECLARE,
    Permission.RESPOND,
    Permission.WORK_ON_ALERTS,
    Permission.SEND_SIGNALS,
}
_MANAGER: Final = _RESPONDER | {Permission.RESTRICT, Permission.MANAGE_SOURCES}
_AUDITOR: Final = frozenset({Permission.READ_LEDGER, Permission.SEE_PEOPLE})
_ADMIN: Final = _MANAGER | _AUDITOR | {Permission.MANAGE_PEOPLE, Permission.MANAGE_SETTINGS}

ALLOWED: Final = {
    Role.OBSERVER: _OBSERVER,
    Role.RESPONDER: _RESPONDER,
    Role.MANAGER: _MANAGER,
    Role.AUDITOR: _AUDITOR,
    Role.ADMIN: _ADMIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever is asking: a person, a token, a source, the host or Tocsin itself.

    `person` is whose eyes decide which restricted records are seen; None sees the open ones only.
    `audiences` are those that they were put in.
    """

    by: By
    may: frozenset[Permission]
    person: str | None = None
    sees_everything: bool = False
    audiences: frozenset[Audience] = frozenset()

    @property
    def reads(self) -> frozenset[Audience]:
        """The audiences whose entries they may read."""
        return frozenset(Audience) if self.sees_everything else self.audiences

    def must_be_allowed_to(self, permission: Permission) -> None:
        """Refuse `not_allowed`, unless the actor holds the permission."""
        if permission not in self.may:
            raise Refused(
                "not_allowed",
                phrase("You are not allowed to %(permission)s here.", permission=term(permission)),
            )


TOCSIN: Final = Actor(
    by=By(id="tocsin", kind="system"), may=frozenset(Permission), sees_everything=True
)
"""Tocsin itself, where it acts by rule."""


def holding(role: Role, by: By, person: str | None, audiences: Collection[Audience] = ()) -> Actor:
    """An actor with a role, and in some audiences."""
    return Actor(by=by, may=ALLOWED[role], person=person, audiences=frozenset(audiences))
