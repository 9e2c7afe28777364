"""The recorded storm: reads it, moves its instants to now, and says when to send what.

What an Alertmanager sent is changed in its instants only; everything else is as it was recorded.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from typing import Any, Final

from tocsin.foundation.clock import written

RECORDING: Final = "storm.jsonl.gz"
PACE: Final = 2.0
"""The storm goes by so many times as fast as it was recorded."""

INSTANT: Final = re.compile(r'(?<="startsAt":")(?!0001)[^"]+|(?<="endsAt":")(?!0001)[^"]+')


@dataclass(frozen=True, slots=True)
class Request:
    """One message of the Alertmanager, and how long after the first alert it is sent."""

    after_seconds: float
    body: str

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """The alerts in it, as they were recorded."""
        return list(json.loads(self.body)["alerts"])


@dataclass(frozen=True)
class Storm:
    """A recording of a storm."""

    recorded_from: datetime
    requests: tuple[Request, ...]

    @cached_property
    def alerts(self) -> dict[str, dict[str, Any]]:
        """Every alert of the storm by its fingerprint."""
        return {one["fingerprint"]: one for request in self.requests for one in request.alerts}

    @property
    def services(self) -> set[str]:
        """The services that the alerts are about."""
        return {one["labels"]["service"] for one in self.alerts.values()}

    @property
    def critical(self) -> int:
        """How many of the alerts the shipped rule takes."""
        return sum(one["labels"]["severity"] == "critical" for one in self.alerts.values())

    @property
    def all_firing_after_seconds(self) -> float:
        """When every alert has been told of, at the pace of the demonstration."""
        seen: set[str] = set()
        for request in self.requests:
            seen |= {one["fingerprint"] for one in request.alerts}
            if len(seen) == len(self.alerts):
                return request.after_seconds / PACE
        return 0.0

    def from_now(self, now: datetime) -> Iterator[Request]:
        """The requests, as they would be were the first alert to fire now, at the faster pace."""
        for request in self.requests:
            body = INSTANT.sub(lambda found: self._moved(found[0], now), request.body)
            yield Request(request.after_seconds / PACE, body)

    def _moved(self, instant: str, now: datetime) -> str:
        return written(now + (datetime.fromisoformat(instant) - self.recorded_from) / PACE)


def recorded() -> Storm:
    """The storm that comes with Tocsin."""
    kept = files("tocsin.runtime.demo").joinpath(RECORDING).read_bytes()
    first, *lines = gzip.decompress(kept).decode().splitlines()
    requests = tuple(Request(**json.loads(line)) for line in lines)
    return Storm(datetime.fromisoformat(json.loads(first)["recorded_from"]), requests)
