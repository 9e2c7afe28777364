"""Asks a peer to silence an alert or to end that, within a change under way."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.access.work import WorkChange
from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.incidents.state import Incident
from tocsin.features.mirroring.events import Asked
from tocsin.features.mirroring.rows import MIRRORING
from tocsin.features.mirroring.rules import wire
from tocsin.features.mirroring.state import Mirrored
from tocsin.features.mirroring.terms import LASTS
from tocsin.foundation.identifiers import new_id
from tocsin.ledger import due
from tocsin.outbox.call import HttpCall

SILENCE = "mirroring.silence"
LIFT = "mirroring.lift"


@dataclass(frozen=True, slots=True)
class _Said:
    """What the peer is told: the labels to silence, whose incident it is, and since when."""

    labels: dict[str, str]
    reference: str | None
    starts_at: datetime


def ask(
    change: WorkChange, peer: str, incident_id: str, incident: Incident, alert: Occurrence
) -> None:
    """Ask for a first silence over an alert's label set."""
    asked = Asked(
        incident=incident_id,
        alert=alert.id,
        source=alert.source,
        key=alert.key,
        ends_at=change.now + LASTS,
        names_reference=incident.restricted_to is None,
    )
    id_ = new_id(change.now)
    mirrored = change.record(MIRRORING, id_, [asked])
    said = _Said(alert.labels, _reference(incident), change.now - wire.EARLIER)
    _call(change, peer, id_, mirrored, said)


def ask_again(
    change: WorkChange,
    peer: str,
    id: str,
    incident: Incident,
    alert: Occurrence,
    *,
    began: datetime | None = None,
) -> None:
    """Ask that the silence last longer, or be worded otherwise. `began` is its start there."""
    before = change.load(MIRRORING, id)
    asked = Asked(
        incident=before.incident,
        alert=before.alert,
        source=before.source,
        key=before.key,
        ends_at=change.now + LASTS,
        names_reference=incident.restricted_to is None,
        silence=before.silence,
    )
    mirrored = change.record(MIRRORING, id, [asked])
    began = began or change.now - wire.EARLIER
    _call(change, peer, id, mirrored, _Said(alert.labels, _reference(incident), began))


def ask_to_lift(change: WorkChange, peer: str, id: str, mirrored: Mirrored) -> None:
    """Ask to end the silence there."""
    assert mirrored.silence is not None, "only what is there is lifted"
    call = HttpCall(
        method="DELETE",
        url=f"{peer}/api/v2/silence/{mirrored.silence}",
        receiver=receiver(mirrored.source),
        purpose=LIFT,
        facts={"mirroring": id, "incident": mirrored.incident, "asking": mirrored.asking},
    )
    due.ask(change.rows, f"mirroring:{id}:{mirrored.asking}", call, change.now)


def ask_to_lift_extra(
    change: WorkChange,
    peer: str,
    id: str,
    mirrored: Mirrored,
    silence: str,
) -> None:
    """End a second silence of ours for the same alert: the answer to the first asking was lost."""
    call = HttpCall(
        method="DELETE",
        url=f"{peer}/api/v2/silence/{silence}",
        receiver=receiver(mirrored.source),
        purpose=LIFT,
        facts={"mirroring": id, "incident": mirrored.incident, "extra": silence},
    )
    due.ask(change.rows, f"mirroring:{id}:{silence}", call, change.now)


def receiver(source: str) -> str:
    """Who shares a circuit breaker: the peer of one source."""
    return f"alertmanager of {source}"


def _reference(incident: Incident) -> str | None:
    return incident.reference if incident.restricted_to is None else None


def _call(change: WorkChange, peer: str, id_: str, mirrored: Mirrored, said: _Said) -> None:
    ends_at = change.now + LASTS
    body = wire.wished(
        said.labels,
        comment=wire.comment(id_, said.reference),
        starts_at=said.starts_at,
        ends_at=ends_at,
        silence=mirrored.silence,
    )
    call = HttpCall(
        method="POST",
        url=f"{peer}/api/v2/silences",
        receiver=receiver(mirrored.source),
        headers={"Content-Type": "application/json"},
        body=body,
        purpose=SILENCE,
        facts={
            "mirroring": id_,
            "incident": mirrored.incident,
            "asking": mirrored.asking,
            "silence": mirrored.silence,
            "ends_at": ends_at.isoformat(),
            "names_reference": said.reference is not None,
        },
    )
    due.ask(change.rows, f"mirroring:{id_}:{mirrored.asking}", call, change.now)
