"""Brings the silences at the peers in line with an incident: asks for what lacks, lets go the rest."""

from collections.abc import Collection
from typing import Any

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.alerts.terms import AlertState
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.mirroring import lifecycle, rows
from tocsin.features.mirroring.commands import asking
from tocsin.features.mirroring.events import LiftAsked
from tocsin.features.mirroring.rows import MIRRORING
from tocsin.features.mirroring.state import Mirrored
from tocsin.storage.lanes import Lane

Key = tuple[str, str]


def settle(work: UnitOfWork, facts: dict[str, Any]) -> None:
    """What the timer does that the reactor sets: settle one incident."""
    with work.change(Permission.RUN, Lane.MACHINES) as change:
        settle_in(change, str(facts["incident"]))


def settle_in(change: WorkChange, incident_id: str) -> None:
    """Settle one incident within a change under way. Doing it twice changes nothing."""
    incident, peers = change.load(INCIDENT, incident_id), rows.peers(change.rows)
    linked = (
        occurrences.by_ids(change.rows, incident.alerts) if lifecycle.is_in_hand(incident) else []
    )
    newest_last = reversed(linked)
    alerts = {_key(one): one for one in newest_last if is_wanted(one, peers)}
    taken: set[Key] = set()
    for id_, mirrored in rows.of_incident(change.rows, incident_id):
        key = (mirrored.source, mirrored.key)
        if key not in alerts:
            _let_go(change, id_, mirrored, peers)
            continue
        taken.add(key)
        if lifecycle.must_be_reworded(mirrored, is_restricted=incident.restricted_to is not None):
            asking.ask_again(change, peers[key[0]], id_, incident, alerts[key])
    for key in sorted(alerts.keys() - taken):
        if alerts[key].is_firing:
            asking.ask(change, peers[key[0]], incident_id, incident, alerts[key])


def is_wanted(alert: Occurrence, peers: Collection[str]) -> bool:
    """Alerts that a person closed are let go; those that resolved may come back, and stay silent."""
    return alert.source in peers and bool(alert.labels) and alert.state is not AlertState.CLOSED


def _let_go(change: WorkChange, id_: str, mirrored: Mirrored, peers: dict[str, str]) -> None:
    peer = peers.get(mirrored.source)
    events = lifecycle.let_go(mirrored, can_be_asked=peer is not None)
    after = change.record(MIRRORING, id_, events) if events else mirrored
    if peer is not None and any(isinstance(event, LiftAsked) for event in events):
        asking.ask_to_lift(change, peer, id_, after)


def _key(alert: Occurrence) -> Key:
    return alert.source, alert.key
