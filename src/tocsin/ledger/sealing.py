"""Sealed parts: every piece of words under a key of its own, wrapped by the key-encryption key.

The digest of the salted text stands in the ledger line, so a sealed part can be checked against the
record, and erased without changing it. AES-256-GCM; keys wrapped after RFC 3394.
"""

import hashlib
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12


class SealBroken(Exception):
    """A sealed part does not open with its key, or is not what the ledger says it is."""


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A piece of words as it is stored."""

    digest: str
    wrapped_key: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A piece of words, with the salt that its digest was made with."""

    salt: bytes
    text: str


def digest(salt: bytes, text: str) -> str:
    """What stands in the ledger line for a piece of words."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def seal(text: str, *, place: str, encryption_key: bytes) -> SealedPart:
    """Seal a piece of words for its place in the ledger (`seq:part`); it opens nowhere else."""
    key, salt, nonce = AESGCM.generate_key(256), os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, salt + text.encode(), place.encode())
    return SealedPart(digest(salt, text), aes_key_wrap(encryption_key, key), nonce + ciphertext)


def open_part(part: SealedPart, *, place: str, encryption_key: bytes) -> Opened:
    """The words of a sealed part. Raises `SealBroken` where anything about it is not as recorded."""
    nonce, ciphertext = part.ciphertext[:NONCE_BYTES], part.ciphertext[NONCE_BYTES:]
    try:
        key = aes_key_unwrap(encryption_key, part.wrapped_key)
        plain = AESGCM(key).decrypt(nonce, ciphertext, place.encode())
        opened = Opened(plain[:SALT_BYTES], plain[SALT_BYTES:].decode())
    except (InvalidTag, InvalidUnwrap, ValueError) as error:
        raise SealBroken(place) from error
    if digest(opened.salt, opened.text) != part.digest:
        raise SealBroken(place)
    return opened
