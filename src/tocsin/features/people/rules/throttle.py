"""How long somebody must wait after wrong passwords. Pure.

A person and a whole neighbourhood of addresses are counted apart: an office behind one address is
allowed more. Nobody waits longer than a quarter of an hour, so nobody can be locked out for good.
"""

import hashlib
import hmac
from datetime import timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final

ALLOWED_FOR_ACCOUNT: Final = 5
ALLOWED_FOR_NEIGHBOURHOOD: Final = 25
FIRST_WAIT: Final = timedelta(seconds=15)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(hours=24)
DOUBLINGS: Final = 6
"""15 seconds doubled six times are 16 minutes."""


def wait(failures: int, allowed: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    if failures < allowed:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - allowed, DOUBLINGS)))


def account(email: str, encryption_key: bytes) -> str:
    """What an account is counted under: it cannot be told from it which address was typed."""
    digest = hmac.new(
        encryption_key, b"tocsin sign-in " + email.encode(errors="replace"), hashlib.sha256
    )
    return f"account:{digest.hexdigest()[:32]}"


def neighbourhood(ip_prefix: str) -> str:
    """What an address prefix is counted under."""
    return f"address:{ip_prefix}"


def prefix(address: str) -> str:
    """The neighbourhood of an address: /24 of IPv4, /48 of IPv6; `unknown` where it is none."""
    try:
        read = ip_address(address)
    except ValueError:
        return "unknown"
    bits = 24 if isinstance(read, IPv4Address) else 48
    return str(ip_network((read, bits), strict=False))
