"""What is counted when somebody tries a password, and what those hear who tried too often."""

from tocsin.features.people.rules import throttle
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger

Counted = dict[str, int]
"""Subjects, each with the failures it is allowed before it must wait."""


def account(ledger: Ledger, email: str) -> str:
    """What tries of an account are counted under, whether there is such an account or not."""
    return throttle.account(email, ledger.keys.encryption)


def counted(ledger: Ledger, email: str, ip_prefix: str) -> Counted:
    """What a try at the door is counted under."""
    return {
        account(ledger, email): throttle.ALLOWED_FOR_ACCOUNT,
        throttle.neighbourhood(ip_prefix): throttle.ALLOWED_FOR_NEIGHBOURHOOD,
    }


def too_many(seconds: int) -> Refused:
    """The refusal for those who tried too often."""
    sentence = phrase("Too many tries. Try again in %(time)s.", time=_spoken(seconds))
    return Refused("too_many_tries", sentence, retry_after_seconds=seconds)


def _spoken(seconds: int) -> str:
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds} s"
    return phrase("%(minutes)s minutes", minutes=-(-seconds // 60))
