"""The terms in which mail that comes in is spoken of."""

from enum import StrEnum


class Purpose(StrEnum):
    """What mail to an address does."""

    DECLARE = "declare"
    INCIDENT = "incident"


class OwnerKind(StrEnum):
    """What sort of actor an address belongs to: its mail acts as them."""

    PERSON = "person"
    TEAM = "team"
    TOKEN = "token"  # noqa: S105 - a sort of actor, not a secret


class WhyDead(StrEnum):
    """Why a mail was kept as a dead letter, and did nothing."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    AUTOMATIC = "automatic"
    BULK = "bulk"
    OWN_MAIL = "own_mail"
