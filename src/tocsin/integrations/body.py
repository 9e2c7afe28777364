"""Reads the JSON body of a request strictly, for every translation. It never guesses."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from tocsin.features.alerts.port import DeliveryUnreadable
from tocsin.foundation.refusal import Refused
from tocsin.foundation.strict_json import strict_json

T = TypeVar("T")


def read(body: bytes) -> Any:  # noqa: ANN401 - any value that JSON can hold
    """The body in plain values. Raises `DeliveryUnreadable`."""
    try:
        return strict_json(body)
    except Refused as refused:
        raise DeliveryUnreadable(str(refused.reason)) from None


def shaped(value: object, shape: type[T]) -> T:
    """Plain values in the shape that the sender promises. Raises `DeliveryUnreadable`."""
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise DeliveryUnreadable(f"{error}.") from None


def in_utc(instant: datetime) -> datetime:
    """An instant with an offset, in UTC. Raises `DeliveryUnreadable` where it has no place there."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        sentence = "An instant lies before the year 1 or after the year 9999."
        raise DeliveryUnreadable(sentence) from None
