"""What an integration gives to the intake, and what the intake promises it: values, no calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from tocsin.features.alerts.terms import SourceKind


class Act(StrEnum):
    """What a signal asks for."""

    FIRE = "fire"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a monitor said about one alert.

    `key` is the same for the same trouble within one source (at most 255 characters). `ends_at` is
    when it counts as over if nothing more is heard; None for never. `severity` is the sender's word in
    lower case. `group_key` is how the sender groups, where it does.
    """

    key: str
    title: str
    act: Act
    starts_at: datetime
    ends_at: datetime | None = None
    severity: str | None = None
    service: str | None = None
    team: str | None = None
    group_key: str | None = None
    labels: dict[str, str] = field(default_factory=dict[str, str])
    annotations: dict[str, str] = field(default_factory=dict[str, str])
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """One alert of a delivery that could not be read, where the rest could."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one request brought: the signals, what was unreadable in it, and how many it left out."""

    signals: tuple[Signal, ...]
    unreadable: tuple[Unreadable, ...] = ()
    left_out: int = 0


class DeliveryUnreadable(Exception):
    """A request of which nothing can be read. `str()` of it is the reason, for the sender."""


Translate = Callable[[bytes, datetime], Delivery]
"""Reads a body received at an instant. Raises `DeliveryUnreadable`."""


class AlertInvalid(Exception):
    """One alert of a delivery means nothing, where the rest does. `str()` of it is the reason."""


class Posted(Protocol):
    """An alert as Prometheus posts it, in pieces that can be recognised without being read.

    A piece that was not sent is empty.
    """

    @property
    def labels(self) -> msgspec.Raw:
        """The labels, as they came."""
        ...

    @property
    def annotations(self) -> msgspec.Raw:
        """The annotations, as they came."""
        ...

    @property
    def starts_at(self) -> msgspec.Raw:
        """When it began, as it came."""
        ...

    @property
    def ends_at(self) -> msgspec.Raw:
        """When it is over, as it came."""
        ...

    @property
    def link(self) -> msgspec.Raw:
        """Where the monitor shows it, as it came."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedAlerts:
    """How to read `POST /api/v2/alerts`, in two steps: most alerts repeat and need only the first.

    `take_apart` splits a body into alerts; raises `DeliveryUnreadable`. `plain_bytes` is what a body of
    so many alerts holds beside their pieces if it holds nothing else; a body of another length is read
    whole by `read_strictly`, which raises `DeliveryUnreadable`; of others only what is `told` of the
    alerts that must be read. `ends_at` reads an end; `signal` one alert that was read strictly, and
    raises `AlertInvalid` or `DeliveryUnreadable`. `refused` is the body of a 400.
    """

    take_apart: Callable[[bytes], Sequence[Posted]]
    plain_bytes: Callable[[int], int]
    read_strictly: Callable[[bytes], object]
    told: Callable[[Posted], bytes]
    ends_at: Callable[[bytes, datetime], datetime]
    signal: Callable[[Posted, datetime], Signal]
    refused: Callable[[Sequence[str]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one kind of request is read, and what its sender expects to be answered."""

    translate: Translate
    accepted_status: int
    accepted: Callable[[Delivery], bytes]
    refused: Callable[[str], bytes]
    refused_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialects:
    """All that the intake can read. `routing_key` finds the key in a PagerDuty event."""

    posted: PostedAlerts
    by_kind: Mapping[SourceKind, Dialect]
    events: Dialect
    changes: Dialect
    routing_key: Callable[[bytes], str]
