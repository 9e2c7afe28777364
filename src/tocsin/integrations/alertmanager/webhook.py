"""Alertmanager's webhook, version 4: a group of alerts, some firing and some resolved.

Alertmanager repeats the whole group every interval, and says by `truncatedAlerts` how many it left out.
"""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from tocsin.features.alerts.port import Act, Delivery, DeliveryUnreadable, Signal, Unreadable
from tocsin.integrations import body as bodies
from tocsin.integrations.alertmanager.labelled import instant_or_none, signal

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

ACTS: Final = {"firing": Act.FIRE, "resolved": Act.RESOLVE}


class _Alert(msgspec.Struct, frozen=True):
    status: Literal["firing", "resolved"]
    labels: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    starts_at: Instant = msgspec.field(name="startsAt")
    annotations: dict[str, str] = {}
    ends_at: Instant | None = msgspec.field(name="endsAt", default=None)
    link: str | None = msgspec.field(name="generatorURL", default=None)


class _Message(msgspec.Struct, frozen=True):
    version: Literal["4"]
    alerts: list[Any]
    group_key: str | None = msgspec.field(name="groupKey", default=None)
    left_out: int = msgspec.field(name="truncatedAlerts", default=0)


def translate(body: bytes, received_at: datetime) -> Delivery:
    """The signals of one webhook message. Raises `DeliveryUnreadable`."""
    message = bodies.shaped(bodies.read(body), _Message)
    signals: list[Signal] = []
    unreadable: list[Unreadable] = []
    for index, alert in enumerate(message.alerts):
        try:
            signals.append(_signal(alert, message.group_key, received_at))
        except DeliveryUnreadable as error:
            unreadable.append(Unreadable(index=index, reason=str(error)))
    return Delivery(
        signals=tuple(signals), unreadable=tuple(unreadable), left_out=max(0, message.left_out)
    )


def _signal(value: object, group_key: str | None, received_at: datetime) -> Signal:
    alert = bodies.shaped(value, _Alert)
    return signal(
        alert.labels,
        alert.annotations,
        act=ACTS[alert.status],
        starts_at=instant_or_none(bodies.in_utc(alert.starts_at)) or received_at,
        ends_at=instant_or_none(alert.ends_at and bodies.in_utc(alert.ends_at)),
        link=alert.link,
        group_key=group_key,
    )
