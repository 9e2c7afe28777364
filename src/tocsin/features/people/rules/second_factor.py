"""The second factor: time-based codes (RFC 6238).

The key they are made from is kept sealed for its person alone: a copy of the database makes no codes.
"""

import hmac
from datetime import datetime
from typing import Final

from pyotp import random_base32
from pyotp.totp import TOTP

ISSUER: Final = "Tocsin"
USE: Final = "second factor"
"""For what a key is sealed."""

STEP_SECONDS: Final = 30
DRIFT: Final = (-1, 0, 1)
"""Steps by which a device's clock may be off."""


def new_key() -> str:
    """A fresh key of 160 bits, in base 32."""
    return random_base32()


def address(key: str, account: str) -> str:
    """The otpauth address that an authenticator app reads."""
    return TOTP(key).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(key: str, code: str, now: datetime, last: int) -> int | None:
    """The time step that a code belongs to, after the last one used; None where it is not right."""
    typed = "".join(code.split()).encode(errors="replace")
    right = None
    for drift in DRIFT:
        step = int(now.timestamp()) // STEP_SECONDS + drift
        made = TOTP(key).generate_otp(step)
        if hmac.compare_digest(made.encode(), typed) and step > last:
            right = step
    return right
