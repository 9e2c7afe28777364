"""What the labels and annotations of Prometheus mean to us: one reading for webhook and API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tocsin.features.alerts.port import Act, DeliveryUnreadable, Signal
from tocsin.integrations.alertmanager.fingerprint import fingerprint
from tocsin.integrations.shown import link_of, title_of

NEVER: Final = 1
"""Go writes an instant that was never set as the first of January of the year 1."""


def instant_or_none(instant: datetime | None) -> datetime | None:
    """An instant, or None where the sender's is the one that Go writes for none."""
    return None if instant is None or instant.year <= NEVER else instant


def signal(  # noqa: PLR0913 - what an alert of theirs consists of
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    *,
    act: Act,
    starts_at: datetime,
    ends_at: datetime | None,
    link: str | None,
    group_key: str | None = None,
) -> Signal:
    """The signal for a label set. Labels without a value count as absent, as upstream.

    Raises `DeliveryUnreadable` where no label is left.
    """
    present = {name: value for name, value in labels.items() if value}
    if not present:
        raise DeliveryUnreadable("An alert needs at least one label with a value.")
    severity, service = present.get("severity"), present.get("service") or present.get("job")
    return Signal(
        key=fingerprint(present),
        title=title_of(annotations.get("summary") or _named(present)),
        act=act,
        starts_at=starts_at,
        ends_at=ends_at,
        severity=severity.lower() if severity else None,
        service=service,
        team=present.get("team"),
        group_key=group_key,
        labels=present,
        annotations=dict(annotations),
        link=link_of(link),
    )


def _named(labels: Mapping[str, str]) -> str:
    name, instance = labels.get("alertname"), labels.get("instance")
    if name is None:
        return ", ".join(f"{label}={labels[label]}" for label in sorted(labels))
    return f"{name} on {instance}" if instance else name
