"""The keys of an organisation: kept in files outside the database, named by it.

Losing the key-encryption key loses all words; losing the signing key ends the series of checkpoints.
Nothing here writes a key into the database or a log.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tocsin.foundation.refusal import Refused

ENCRYPTION_FILE: Final = "key-encryption.key"
SIGNING_FILE: Final = "signing.key"
ED25519: Final = b"\x01"
"""The algorithm byte of C2SP signed notes."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The key-encryption key (32 bytes) and the signing key, with the ids the database knows."""

    encryption: bytes
    signing: Ed25519PrivateKey

    @property
    def encryption_id(self) -> str:
        """Names the key-encryption key without telling anything about it."""
        return hashlib.sha256(b"tocsin key-encryption key" + self.encryption).hexdigest()[:16]

    @property
    def public(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self.signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def signing_id(self) -> str:
        """Names the signing key."""
        return hashlib.sha256(self.public).hexdigest()[:16]

    def note_id(self, origin: str) -> bytes:
        """The four bytes by which a signed note names this key (C2SP signed-note)."""
        return hashlib.sha256(origin.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def verifier(self, origin: str) -> str:
        """What an auditor needs to check signatures: `name+id+key` (C2SP signed-note vkey)."""
        key = base64.b64encode(ED25519 + self.public).decode()
        return f"{origin}+{self.note_id(origin).hex()}+{key}"


def make() -> Keys:
    """Fresh keys from the system's randomness."""
    return Keys(os.urandom(32), Ed25519PrivateKey.generate())


def keep(keys: Keys, folder: Path) -> None:
    """Write new keys to files that only their owner may read. Never replaces a key."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = keys.signing.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    for name, secret in ((ENCRYPTION_FILE, keys.encryption), (SIGNING_FILE, private)):
        handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secret) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def read(folder: Path) -> Keys:
    """The keys in a folder. Refuses `keys_missing` with the file that is not there."""
    return Keys(
        _read(folder / ENCRYPTION_FILE),
        Ed25519PrivateKey.from_private_bytes(_read(folder / SIGNING_FILE)),
    )


def _read(file: Path) -> bytes:
    try:
        secret = base64.b64decode(file.read_bytes(), validate=False)
    except OSError:
        raise Refused("keys_missing", f"The key file {file} cannot be read.") from None
    if len(secret) != 32:  # noqa: PLR2004 - both keys have 256 bits
        raise Refused("keys_unreadable", f"The key file {file} does not hold a key of 32 bytes.")
    return secret
