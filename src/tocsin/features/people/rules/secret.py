"""Secrets that open something: kept as digests only, for they are 260 random bits. Pure."""

import hashlib
import hmac


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def csrf(secret: str) -> str:
    """The token that a form must bring along: made from the cookie, so it is kept nowhere."""
    return hmac.new(secret.encode(errors="replace"), b"tocsin form", hashlib.sha256).hexdigest()
