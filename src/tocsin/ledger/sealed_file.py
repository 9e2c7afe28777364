"""Files sealed piece by piece, so that no more than a piece of one is ever held in memory.

Every file has a key of its own, wrapped by the key-encryption key (RFC 3394); without it the file is
gone. AES-256-GCM with the piece's number as its nonce, and with a mark on the last piece: none can be
changed, left out, moved, doubled or cut off. (The construction is STREAM, Hoang and others, 2015.)
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from tocsin.ledger.sealing import SealBroken

NUMBER_BYTES: Final = 11


class FileSeal:
    """Seals and opens the pieces of one file, in the place (its id) that it was made for."""

    def __init__(self, key: bytes, place: str) -> None:
        self._key = key
        self._place = place
        self._cipher = AESGCM(key)

    @classmethod
    def new(cls, place: str) -> "FileSeal":
        """A seal with a fresh key. Each of its pieces is sealed once."""
        return cls(AESGCM.generate_key(256), place)

    @classmethod
    def kept(cls, wrapped_key: bytes, place: str, encryption_key: bytes) -> "FileSeal":
        """The seal of a file that is kept. Raises `SealBroken` for other keys."""
        try:
            return cls(aes_key_unwrap(encryption_key, wrapped_key), place)
        except InvalidUnwrap as error:
            raise SealBroken(place) from error

    def wrapped(self, encryption_key: bytes) -> bytes:
        """Its key as it is kept."""
        return aes_key_wrap(encryption_key, self._key)

    def seal(self, number: int, plain: bytes, *, is_last: bool) -> bytes:
        """One piece, sealed for its place in the file."""
        return self._cipher.encrypt(_nonce(number, is_last=is_last), plain, self._place.encode())

    def open(self, number: int, sealed: bytes, *, is_last: bool) -> bytes:
        """One piece. Raises `SealBroken` where anything about it is not as it was sealed."""
        try:
            nonce = _nonce(number, is_last=is_last)
            return self._cipher.decrypt(nonce, sealed, self._place.encode())
        except InvalidTag as error:
            raise SealBroken(self._place) from error


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(NUMBER_BYTES) + bytes([is_last])
