"""Signed checkpoints (C2SP tlog-checkpoint, signed-note)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tocsin_verify.finding import Bad, Verdict, incomplete, tampered

ED25519 = 1
KEY_BYTES = 33
SIGNATURE_BYTES = 68


@dataclass(frozen=True)
class Key:
    """A key that the auditor trusts."""

    name: str
    id: bytes
    public: bytes


@dataclass(frozen=True)
class Checkpoint:
    """What a signed checkpoint says."""

    origin: str
    size: int
    root: bytes


def read_key(text: str) -> Key:
    """A key as `name+id+key`."""
    try:
        name, id_hex, encoded = text.strip().split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        given = bytes.fromhex(id_hex)
    except (ValueError, binascii.Error):
        raise incomplete("A key is not of the form name+id+key.") from None
    if len(key) != KEY_BYTES or key[0] != ED25519:
        raise incomplete("A key is not an Ed25519 key.")
    if hashlib.sha256(name.encode() + b"\n" + key).digest()[:4] != given:
        raise incomplete("The id of a key does not belong to it.")
    return Key(name, given, key[1:])


def read_checkpoint(note: str, keys: list[Key]) -> Checkpoint:
    """A checkpoint whose signature a trusted key made."""
    body, gap, signatures = note.partition("\n\n")
    try:
        origin, size, root, *_ = body.split("\n")
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        raise incomplete("A checkpoint cannot be read.") from None
    if not gap or not any(_signed(line, body + "\n", keys) for line in signatures.splitlines()):
        raise Bad(
            Verdict.UNKNOWN_KEY,
            f"The checkpoint of {size} entries is not signed by a key that you gave.",
        )
    return checkpoint


def _signed(line: str, body: str, keys: list[Key]) -> bool:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.rpartition(" ")
    if dash != "—":
        return False
    try:
        signature = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return False
    for key in keys:
        if key.name == name and signature[:4] == key.id and len(signature) == SIGNATURE_BYTES:
            _must_verify(key, signature[4:], body)
            return True
    return False


def _must_verify(key: Key, signature: bytes, body: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, body.encode())
    except InvalidSignature:
        size = body.split("\n")[1]
        raise tampered(f"The signature of the checkpoint of {size} entries is not valid.") from None
