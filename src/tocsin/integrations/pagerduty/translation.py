"""PagerDuty's Events API v2: trigger, acknowledge and resolve, and change events.

A trigger without `dedup_key` is always a new alert, so it needs a fresh key: whoever asks for the
translation gives a maker of keys, and nothing here is left to chance.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from tocsin.features.alerts.port import Act, Delivery, DeliveryUnreadable, Signal, Translate
from tocsin.integrations import body as bodies
from tocsin.integrations.shown import link_of, matchable, title_of

Key = Annotated[str, msgspec.Meta(max_length=255)]
Needed = Annotated[str, msgspec.Meta(min_length=1)]

ACTS: Final = {"trigger": Act.FIRE, "acknowledge": Act.ACKNOWLEDGE, "resolve": Act.RESOLVE}


class _Payload(msgspec.Struct, frozen=True):
    summary: Needed
    source: Needed
    severity: Literal["critical", "error", "warning", "info"]
    timestamp: str | None = None
    component: str | None = None
    group: str | None = None
    kind: str | None = msgspec.field(name="class", default=None)
    custom_details: Any = None


class _Link(msgspec.Struct, frozen=True):
    href: str


class _Event(msgspec.Struct, frozen=True):
    routing_key: Needed
    event_action: Literal["trigger", "acknowledge", "resolve"]
    dedup_key: Key | None = None
    payload: _Payload | None = None
    links: list[_Link] = []
    client: str | None = None
    client_url: str | None = None


class _ChangePayload(msgspec.Struct, frozen=True):
    summary: Needed
    source: str | None = None
    timestamp: str | None = None
    custom_details: Any = None


class _Change(msgspec.Struct, frozen=True):
    routing_key: Needed
    payload: _ChangePayload
    links: list[_Link] = []


class _Addressed(msgspec.Struct, frozen=True):
    routing_key: Needed


def routing_key(body: bytes) -> str:
    """Whom a request is for: it is the source's key. Raises `DeliveryUnreadable`."""
    return bodies.shaped(bodies.read(body), _Addressed).routing_key


def alerting(new_key: Callable[[datetime], str]) -> Translate:
    """The translation of `POST /v2/enqueue`; `new_key` makes a key for a trigger that has none."""

    def translate(body: bytes, received_at: datetime) -> Delivery:
        event = bodies.shaped(bodies.read(body), _Event)
        if event.event_action == "trigger":
            key = event.dedup_key or new_key(received_at)
            return Delivery(signals=(_triggered(event, key, received_at),))
        return Delivery(signals=(_followed(event, received_at),))

    return translate


def changing(new_key: Callable[[datetime], str]) -> Translate:
    """The translation of `POST /v2/change/enqueue`: its signal tells of a change, not of an alert."""

    def translate(body: bytes, received_at: datetime) -> Delivery:
        change = bodies.shaped(bodies.read(body), _Change)
        said = change.payload
        signal = Signal(
            key=new_key(received_at),
            title=title_of(said.summary),
            act=Act.FIRE,
            starts_at=_instant(said.timestamp) or received_at,
            labels=matchable({"source": said.source}, alertname=said.summary),
            annotations=_details(said.custom_details),
            link=_first_link(change.links),
        )
        return Delivery(signals=(signal,))

    return translate


def _triggered(event: _Event, key: str, received_at: datetime) -> Signal:
    said = event.payload
    if said is None:
        raise DeliveryUnreadable("Object missing required field `payload`.")
    return Signal(
        key=key,
        title=title_of(said.summary),
        act=Act.FIRE,
        starts_at=_instant(said.timestamp) or received_at,
        severity=said.severity,
        service=said.component or None,
        group_key=said.group or None,
        labels=matchable(
            {"class": said.kind},
            alertname=said.summary,
            severity=said.severity,
            service=said.component,
            source=said.source,
            component=said.component,
            group=said.group,
            client=event.client,
        ),
        annotations=_details(said.custom_details),
        link=link_of(event.client_url) or _first_link(event.links),
    )


def _followed(event: _Event, received_at: datetime) -> Signal:
    if not event.dedup_key:
        raise DeliveryUnreadable("Object missing required field `dedup_key`.")
    title = event.payload.summary if event.payload else event.dedup_key
    return Signal(
        key=event.dedup_key,
        title=title_of(title),
        act=ACTS[event.event_action],
        starts_at=received_at,
    )


def _instant(timestamp: str | None) -> datetime | None:
    if not timestamp:
        return None
    try:
        instant = datetime.fromisoformat(timestamp)
    except ValueError:
        raise DeliveryUnreadable("`payload.timestamp` is not an ISO 8601 instant.") from None
    return bodies.in_utc(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def _details(details: object) -> dict[str, str]:
    if details is None:
        return {}
    if isinstance(details, dict):
        pairs: list[tuple[str, object]] = list(msgspec.convert(details, dict[str, Any]).items())
    else:
        pairs = [("details", details)]
    return {name: _said(value) for name, value in pairs}


def _said(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _first_link(links: list[_Link]) -> str | None:
    return next((found for link in links if (found := link_of(link.href))), None)
