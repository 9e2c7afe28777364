"""Signs what we send, after Standard Webhooks: the receiver can tell that it came from here, and when.

The id of a message is the same in every attempt, so a receiver can drop what it has already.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def new_signing_secret() -> str:
    """A fresh secret, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message: str, at: datetime, body: bytes) -> str:
    """The signature of a body under one secret: `v1,` and an HMAC-SHA256."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secret: str, message: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a signed message."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret, message, at, body),
    }


def message_id(key: bytes, due_key: str) -> str:
    """The id under which a due call is sent: stable, and telling nothing of how many there were."""
    digest = hmac.new(key, b"tocsin message id" + due_key.encode(), hashlib.sha256).digest()
    return "msg_" + base64.b32encode(digest[:15]).decode().lower()
