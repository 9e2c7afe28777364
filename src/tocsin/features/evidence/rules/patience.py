"""How long a file is left alone on which the scanner failed. Pure."""

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(minutes=15)
DOUBLINGS: Final = 4
"""After so many the longest pause is reached."""


def pause(tries: int) -> timedelta:
    """The pause after so many tries (at least one): twice the one before, up to the longest."""
    return min(FIRST * (1 << min(tries - 1, DOUBLINGS)), LONGEST)
