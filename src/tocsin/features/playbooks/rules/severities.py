"""The four severities: a number from 1, the worst, to 4."""

from typing import Final

from tocsin.foundation.refusal import Refused

SEVERITIES: Final = range(1, 5)


def must_be_a_severity(number: int) -> None:
    """Refuse `no_such_severity`."""
    if number not in SEVERITIES:
        raise Refused("no_such_severity", "The severity is a number from 1 (worst) to 4.")
