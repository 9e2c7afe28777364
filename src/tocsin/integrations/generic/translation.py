"""Generic JSON, for monitors without a translation of their own: the shape is documented in README.md.

An unknown field is refused rather than ignored: a misspelt `severity` must not pass in silence.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, Final, Literal, cast

import msgspec

from tocsin.features.alerts.port import Act, Delivery, DeliveryUnreadable, Signal, Unreadable
from tocsin.integrations import body as bodies
from tocsin.integrations.shown import link_of, matchable, title_of

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Needed = Annotated[str, msgspec.Meta(min_length=1)]

ACTS: Final = {
    "firing": Act.FIRE,
    "acknowledged": Act.ACKNOWLEDGE,
    "resolved": Act.RESOLVE,
}


class _Alert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Needed
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] | None = None
    status: Literal["firing", "acknowledged", "resolved"] = "firing"
    severity: str | None = None
    service: str | None = None
    team: str | None = None
    group: str | None = None
    description: str | None = None
    labels: dict[str, str] = {}
    link: str | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class _Several(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alerts: Annotated[list[Any], msgspec.Meta(min_length=1)]


def translate(body: bytes, received_at: datetime) -> Delivery:
    """The signals of one request. Raises `DeliveryUnreadable`."""
    value: object = bodies.read(body)
    if not _is_several(value):
        return Delivery(signals=(_signal(value, received_at),))
    signals: list[Signal] = []
    unreadable: list[Unreadable] = []
    for index, alert in enumerate(bodies.shaped(value, _Several).alerts):
        try:
            signals.append(_signal(alert, received_at))
        except DeliveryUnreadable as error:
            unreadable.append(Unreadable(index=index, reason=str(error)))
    return Delivery(signals=tuple(signals), unreadable=tuple(unreadable))


def _is_several(value: object) -> bool:
    return isinstance(value, dict) and "alerts" in cast("dict[str, Any]", value)


def _signal(value: object, received_at: datetime) -> Signal:
    alert = bodies.shaped(value, _Alert)
    if alert.link is not None and link_of(alert.link) is None:
        raise DeliveryUnreadable("`link` is not an address that begins with http:// or https://.")
    return Signal(
        key=alert.key or _key(alert),
        title=title_of(alert.title),
        act=ACTS[alert.status],
        starts_at=bodies.in_utc(alert.starts_at or received_at),
        ends_at=alert.ends_at and bodies.in_utc(alert.ends_at),
        severity=alert.severity.lower() if alert.severity else None,
        service=alert.service or None,
        team=alert.team or None,
        group_key=alert.group or None,
        labels=matchable(
            alert.labels,
            alertname=alert.title,
            severity=alert.severity,
            service=alert.service,
            team=alert.team,
        ),
        annotations={"description": alert.description} if alert.description else {},
        link=alert.link,
    )


def _key(alert: _Alert) -> str:
    """The same for the same title, service and labels."""
    same = [alert.title, alert.service or "", sorted(alert.labels.items())]
    return blake2b(msgspec.json.encode(same), digest_size=16).hexdigest()
