"""Secrets that Tocsin must be able to use and so cannot keep as a digest: signing and access keys.

Encrypted under a key derived from the key-encryption key; never in the ledger, in rows that people
see, in a search or a log.
"""

import os
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Column, Connection, LargeBinary, Table, Text, select

from tocsin.ledger.keys import Keys
from tocsin.storage.columns import METADATA, Instant

NONCE_BYTES: Final = 12
USE: Final = "vault"
KEYS_KEPT: Final = 1024
"""So many derived keys are at hand: one for each viewer who asked lately."""

SECRETS: Final = Table(
    "secret",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("kept_at", Instant, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
)


def derived(keys: Keys, use: str) -> bytes:
    """A key of 32 bytes for one use, which tells nothing of the key-encryption key (RFC 5869)."""
    return _derived(keys.encryption, f"tocsin {use}".encode())


@lru_cache(maxsize=KEYS_KEPT)
def _derived(key: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=info).derive(key)


def sealed(keys: Keys, use: str, secret: str, place: str) -> bytes:
    """A secret encrypted for one use (AES-256-GCM); it opens only for the place it was sealed for."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(derived(keys, use)).encrypt(nonce, secret.encode(), place.encode())


def opened(keys: Keys, use: str, kept: bytes, place: str) -> str:
    """A sealed secret. Raises `InvalidTag` where it was not sealed with these keys, for this place."""
    nonce, ciphertext = kept[:NONCE_BYTES], kept[NONCE_BYTES:]
    return AESGCM(derived(keys, use)).decrypt(nonce, ciphertext, place.encode()).decode()


def keep(rows: Connection, keys: Keys, name: str, secret: str, now: datetime) -> None:
    """Keep a secret under a name; one kept before under the name is replaced."""
    forget(rows, name)
    ciphertext = sealed(keys, USE, secret, name)
    rows.execute(SECRETS.insert().values(name=name, kept_at=now, ciphertext=ciphertext))


def read(rows: Connection, keys: Keys, name: str) -> str | None:
    """The secret under a name; None where there is none or it does not open."""
    kept = rows.scalar(select(SECRETS.c.ciphertext).where(SECRETS.c.name == name))
    if kept is None:
        return None
    try:
        return opened(keys, USE, bytes(kept), name)
    except InvalidTag:
        return None


def forget(rows: Connection, name: str) -> None:
    """Destroy a secret."""
    rows.execute(SECRETS.delete().where(SECRETS.c.name == name))
