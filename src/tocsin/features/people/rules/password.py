"""Passwords: which are accepted, how they are kept, and whether one is right.

Kept as argon2id with 46 MiB, one pass and one lane (OWASP Password Storage Cheat Sheet). No rule about
kinds of characters and no forced change (NIST SP 800-63B, ASVS 6.2).
"""

import re
import unicodedata
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

SHORTEST: Final = 12
LONGEST: Final = 128
TELLING: Final = 4
"""A name of so many letters or more must not be what a password is made of."""

_COMMON: Final = """
    abc abcdef abcdefgh abcdefghijkl access admin administrator alexander amanda andrew asdf asdfgh
    asdfghjkl azerty azertyuiop baseball basketball batman changeit changeme charlie chocolate
    computer correcthorsebatterystaple cookie daniel default dragon football freedom fuckyou guest
    hello helloworld hunter iloveyou internet jennifer jessica jordan killer letmein letmeinnow
    liverpool login lovely master maverick michael michelle monkey mustang mypassword nicole ninja
    nothing pass passw passphrase password passwords passwort princess qazwsx qazwsxedc qwer qwert
    qwerty qwertyuiop qwertz qwertzuiop root samsung secret security service shadow soccer solo
    starwars summer sunshine superman support sysadmin system temporary test testtest thomas tigger
    tocsin trustno trustnoone user welcome whatever william winter wordpass zaq zxcvbn zxcvbnm
"""
COMMON: Final = frozenset(_COMMON.split())
"""Stems of the passwords that people choose most often; written down by hand, not a leaked corpus."""

AS_LETTERS: Final = str.maketrans("013457@$!", "oieastasi")

DUMMY: Final = (
    "$argon2id$v=19$m=47104,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""What an unknown account's password is held against: the same work, and never right."""

_HASHER: Final = PasswordHasher(memory_cost=47104, time_cost=1, parallelism=1)
_AT_ONCE: Final = BoundedSemaphore(2)
"""46 MiB each: a crowd at the door must not take the machine's memory."""


def must_be_good(password: str, *, email: str, name: str) -> None:
    """Refuse `bad_password` with what to do about it."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        sentence = phrase(
            "A password has %(fewest)s to %(most)s characters. Several words are good.",
            fewest=SHORTEST,
            most=LONGEST,
        )
        raise Refused("bad_password", sentence)
    if _is_common(password):
        raise Refused("bad_password", "This is among the passwords that are tried first.")
    if _is_made_of(password, email, name):
        raise Refused("bad_password", "A password must not be your name or e-mail address.")


def hashed(password: str) -> str:
    """A password as it is kept."""
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is the kept one; the same work where nothing is kept."""
    try:
        with _AT_ONCE:
            return _HASHER.verify(kept or DUMMY, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def renewed(kept: str, password: str) -> str | None:
    """A right password as it would be kept today, or None where it is kept so already."""
    return hashed(password) if _HASHER.check_needs_rehash(kept) else None


def _normal(password: str) -> str:
    """One spelling for what looks the same, on whatever keyboard it is typed."""
    return unicodedata.normalize("NFKC", password.encode(errors="replace").decode())


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text)


def _is_common(password: str) -> bool:
    """Whether nothing is left but one common stem, its repetition, or a run of few characters."""
    low = _normal(password).lower()
    if len(set(low)) <= 3:  # noqa: PLR2004 - aaaa…, abababab…, 121212…
        return True
    if low.isdigit() and low in "0123456789" * 14:
        return True
    return any(_unrepeated(stem) in COMMON for stem in _stems(low))


def _stems(low: str) -> set[str]:
    plain = low.translate(AS_LETTERS)
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", low)
    return {_letters(low), _letters(plain), _letters(bare.translate(AS_LETTERS))}


def _unrepeated(stem: str) -> str:
    again = (stem + stem).find(stem, 1)
    return stem[:again] if again > 0 else stem


def _is_made_of(password: str, email: str, name: str) -> bool:
    low = _normal(password).lower()
    own = {email.lower(), *re.split(r"[\W_]+", f"{email} {name}".lower())}
    rest = low
    for part in sorted((part for part in own if len(part) >= TELLING), key=len, reverse=True):
        rest = rest.replace(part, "")
    return rest != low and len(_letters(rest)) < TELLING
