"""A copy of the keys to keep elsewhere, wrapped with a passphrase: text, one file, no program needed.

scrypt (RFC 7914) makes the wrapping key, AES-256-GCM wraps. Losing the passphrase loses the copy.
"""

import base64
import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tocsin.foundation.refusal import Refused
from tocsin.ledger.keys import Keys

FORMAT: Final = "tocsin-keys/1"
SHORTEST: Final = 12


class _Wrapped(msgspec.Struct):
    format: str
    salt: str
    nonce: str
    keys: str


def wrapped(keys: Keys, passphrase: str) -> str:
    """The keys as JSON that only the passphrase opens. Refuses `passphrase_too_short`."""
    if len(passphrase) < SHORTEST:
        sentence = f"The passphrase must have at least {SHORTEST} characters."
        raise Refused("passphrase_too_short", sentence)
    salt, nonce = os.urandom(16), os.urandom(12)
    private = keys.signing.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    sealed = AESGCM(_key(passphrase, salt)).encrypt(
        nonce, keys.encryption + private, FORMAT.encode()
    )
    written = [base64.b64encode(part).decode() for part in (salt, nonce, sealed)]
    return msgspec.json.encode(_Wrapped(FORMAT, *written)).decode()


def unwrapped(text: str, passphrase: str) -> Keys:
    """The keys from such a copy. Refuses `bad_key_copy`, also where the passphrase is wrong."""
    try:
        copy = msgspec.json.decode(text, type=_Wrapped)
        salt, nonce, sealed = map(base64.b64decode, (copy.salt, copy.nonce, copy.keys))
        both = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, copy.format.encode())
    except (msgspec.DecodeError, ValueError, InvalidTag):
        sentence = "This is not a copy of keys, or not its passphrase."
        raise Refused("bad_key_copy", sentence) from None
    return Keys(both[:32], Ed25519PrivateKey.from_private_bytes(both[32:]))


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode())
