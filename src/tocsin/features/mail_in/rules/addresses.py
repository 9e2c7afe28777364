"""How addresses that take mail in are spelled, and read. Pure.

`declare+SECRET@domain`, or `inc-2026-0412+SECRET@domain`. A local part has 64 characters at most
(RFC 5321, 4.5.3.1.1); capitals do not count, for some servers on the way do not keep them.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final

from tocsin.features.mail_in.terms import Purpose

LONGEST_LOCAL_PART: Final = 64
DECLARE_BYTES: Final = 30
INCIDENT_BYTES: Final = 20

_DECLARE: Final = re.compile(r"declare\+([a-z2-7]{48})")
_INCIDENT: Final = re.compile(r"([a-z]{3}-\d{4}-\d{1,9})\+([a-z2-7]{32})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What an address names: what its mail does, the secret, and the incident's reference if any."""

    purpose: Purpose
    secret: str
    reference: str = ""


def read(address: str, domain: str) -> Called | None:
    """What an address of ours names; None for what is none of ours."""
    local, _, at = address.strip().lower().rpartition("@")
    if not domain or at != domain.lower() or len(local) > LONGEST_LOCAL_PART:
        return None
    if found := _DECLARE.fullmatch(local):
        return Called(purpose=Purpose.DECLARE, secret=found[1])
    if found := _INCIDENT.fullmatch(local):
        return Called(purpose=Purpose.INCIDENT, secret=found[2], reference=found[1].upper())
    return None


def to_declare(secret: str, domain: str) -> str:
    """The address that declares."""
    return f"declare+{secret}@{domain}"


def to_incident(reference: str, secret: str, domain: str) -> str:
    """The address that adds to one incident."""
    return f"{reference.lower()}+{secret}@{domain}"


def secret_of(random: bytes) -> str:
    """The secret of a declare address, made from 30 random bytes."""
    assert len(random) == DECLARE_BYTES, "so that it is spelled without padding"
    return base64.b32encode(random).decode().lower()


def derived_secret(key: bytes, id_: str) -> str:
    """The secret of an address that is shown again and again: it follows from a key, and is not kept."""
    made = hmac.new(key, id_.encode(), hashlib.sha256).digest()[:INCIDENT_BYTES]
    return base64.b32encode(made).decode().lower()
