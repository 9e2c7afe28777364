"""What a signal does to the alert it is about. Pure: what is known goes in, what happened comes out."""

from hashlib import blake2b
from typing import assert_never

import msgspec

from tocsin.features.alerts.port import Act, Signal
from tocsin.features.alerts.terms import What

CONTENT_BYTES = 16


def content_of(signal: Signal) -> bytes:
    """A digest of what a signal says of an alert beside its times: a repeat has the same."""
    said = (
        signal.title,
        signal.severity,
        signal.service,
        signal.team,
        signal.group_key,
        signal.labels,
        signal.annotations,
        signal.link,
    )
    return blake2b(
        msgspec.json.encode(said, order="deterministic"), digest_size=CONTENT_BYTES
    ).digest()


def decide(
    act: Act, *, fires: bool, is_acknowledged: bool = False, says_the_same: bool = False
) -> What | None:
    """What happened to an alert by a signal; None where it is only heard again, or is not there."""
    match act:
        case Act.FIRE:
            if not fires:
                return What.OPENED
            return None if says_the_same else What.CHANGED
        case Act.ACKNOWLEDGE:
            return What.ACKNOWLEDGED if fires and not is_acknowledged else None
        case Act.RESOLVE:
            return What.OVER if fires else None
        case _:
            assert_never(act)
