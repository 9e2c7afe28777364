"""What Prometheus posts to `/api/v2/alerts`, read as Alertmanager 0.25 reads it (api/v2/api.go).

Most alerts were posted before, with the same labels, byte for byte. So a body is only taken apart into
pieces at first; the pieces of an alert that is new or changed are then read strictly. A body of just
the bytes that its pieces and the five names need can hold nothing else: no other name and none twice.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from tocsin.features.alerts.port import (
    Act,
    AlertInvalid,
    DeliveryUnreadable,
    Posted,
    PostedAlerts,
    Signal,
)
from tocsin.integrations import body as bodies
from tocsin.integrations.alertmanager.labelled import instant_or_none, signal

RESOLVE_TIMEOUT: Final = timedelta(minutes=5)
"""An alert without an end counts as over after so long, if it is not posted again."""

NOTHING: Final = msgspec.Raw(b"")
NAMES: Final = ("labels", "annotations", "startsAt", "endsAt", "generatorURL")
BESIDE: Final = len("{}") + sum(len(f'"{name}":') for name in NAMES) + len(NAMES) - 1


class _Posted(msgspec.Struct, frozen=True, gc=False):
    labels: msgspec.Raw
    annotations: msgspec.Raw = NOTHING
    starts_at: msgspec.Raw = msgspec.field(name="startsAt", default=NOTHING)
    ends_at: msgspec.Raw = msgspec.field(name="endsAt", default=NOTHING)
    link: msgspec.Raw = msgspec.field(name="generatorURL", default=NOTHING)


_DECODER: Final = msgspec.json.Decoder(list[_Posted])
_INSTANT: Final = msgspec.json.Decoder(datetime)


def take_apart(body: bytes) -> Sequence[Posted]:
    """The alerts of a body in pieces. Raises `DeliveryUnreadable`."""
    try:
        return _DECODER.decode(body)
    except RecursionError:
        bodies.read(body)
        raise DeliveryUnreadable("The body has too many levels within each other.") from None
    except msgspec.DecodeError as error:
        bodies.read(body)
        raise DeliveryUnreadable(f"{error}.") from None


def plain_bytes(alerts: int) -> int:
    """How many bytes a body of so many alerts holds beside their pieces, without any whitespace."""
    return len("[]") + max(0, alerts - 1) + alerts * BESIDE


def ends_at(said: bytes, received_at: datetime) -> datetime:
    """When an alert is over. Raises `DeliveryUnreadable`."""
    return _instant(said) or received_at + RESOLVE_TIMEOUT


def told(alert: Posted) -> bytes:
    """What is read of an alert but its instants, as the inside of a JSON array: to be read strictly."""
    pieces = (alert.labels, alert.annotations, alert.link)
    return b",".join(bytes(piece) or b"null" for piece in pieces)


def read(alert: Posted, received_at: datetime) -> Signal:
    """The signal of one alert, of which `told` was read strictly.

    Raises `AlertInvalid`, and `DeliveryUnreadable` where it is not in the shape that was promised.
    """
    labels, annotations, link = _pieces(alert)
    said_end, said_start = _instant(bytes(alert.ends_at)), _instant(bytes(alert.starts_at))
    end = said_end or received_at + RESOLVE_TIMEOUT
    start = said_start or said_end or received_at
    if end < start:
        raise AlertInvalid("start time must be before end time")
    if not any(labels.values()):
        raise AlertInvalid("at least one label pair required")
    if "" in labels or "" in annotations:
        raise AlertInvalid('invalid label set: invalid name ""')
    return signal(
        labels,
        annotations,
        act=Act.FIRE if end > received_at else Act.RESOLVE,
        starts_at=start,
        ends_at=end,
        link=link,
    )


def refused(reasons: Sequence[str]) -> bytes:
    """The body of a 400: a JSON string with all that was wrong, as upstream."""
    return msgspec.json.encode("; ".join(reasons))


POSTED: Final = PostedAlerts(
    take_apart=take_apart,
    plain_bytes=plain_bytes,
    read_strictly=bodies.read,
    told=told,
    ends_at=ends_at,
    signal=read,
    refused=refused,
)


class _Pieces(msgspec.Struct, frozen=True, array_like=True):
    labels: dict[str, str] | None
    annotations: dict[str, str] | None
    link: str | None


_PIECES: Final = msgspec.json.Decoder(_Pieces)


def _pieces(alert: Posted) -> tuple[dict[str, str], dict[str, str], str | None]:
    try:
        read = _PIECES.decode(b"[" + told(alert) + b"]")
    except msgspec.DecodeError as error:
        raise DeliveryUnreadable(f"{error}.") from None
    return read.labels or {}, read.annotations or {}, read.link


def _instant(said: bytes) -> datetime | None:
    if said in {b"", b'""', b"null"}:
        return None
    try:
        instant = _INSTANT.decode(said)
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return instant_or_none(aware.astimezone(UTC))
    except (msgspec.DecodeError, OverflowError):
        raise DeliveryUnreadable("An instant is not as RFC 3339 has it.") from None
