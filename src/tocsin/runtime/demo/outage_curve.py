"""How many payments fail, from minute to minute of the grave incident. Numbers only."""

from itertools import pairwise
from typing import Final

LASTED: Final = 331
"""So many minutes ago it was declared."""

HELD: Final = (
    (0, 14.2), (40, 14.6), (50, 6.1), (62, 7.8), (96, 8.4), (110, 3.9), (125, 3.2), (190, 3.4),
    (222, 2.4), (240, 1.6), (262, 2.1), (285, 1.4), (300, 0.9), (331, 0.7),
)  # fmt: skip
"""The share of payments that fail, in percent, at some minutes; in between it goes straight."""


def share_at(minute: float) -> float:
    """The percentage of payments that fail at a minute."""
    for (before, was), (after, then) in pairwise(HELD):
        if before <= minute <= after:
            return was + (then - was) * (minute - before) / (after - before)
    return HELD[-1][1]
