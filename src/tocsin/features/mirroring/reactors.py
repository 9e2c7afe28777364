"""What follows for silences at the monitors when somebody takes an incident in hand, or lets it go.

The reactor only says which incident to settle; the timer it sets does so under the ledger's lock, so
that nothing is asked twice. Before each attempt it is asked whether the call may still be made.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.mirroring import rows
from tocsin.features.mirroring.lifecycle import is_in_hand, is_mirrored
from tocsin.features.mirroring.rows import MIRRORING
from tocsin.features.mirroring.terms import MirrorState
from tocsin.ledger.due import Claimed, Timer, Wish
from tocsin.ledger.entry import Entry
from tocsin.ledger.follow import Reactor

SETTLE: Final = "mirroring.settle"

OF_INCIDENT: Final = frozenset(
    {
        "incident.acknowledged",
        "incident.mitigated",
        "incident.alerts_joined",
        "incident.alerts_left",
        "incident.resolved",
        "incident.closed",
        "incident.reopened",
        "incident.restricted",
    }
)


def react(entry: Entry, connection: Connection) -> Sequence[Wish]:
    """The incidents whose silences have to be looked at."""
    return [
        Timer(name=SETTLE, at=entry.at, facts={"incident": incident})
        for incident in _concerned(entry, connection)
    ]


def _concerned(entry: Entry, connection: Connection) -> list[str]:
    if entry.kind in OF_INCIDENT:
        return [entry.id] if _is_needed(entry.id, connection) else []
    if entry.kind == "alert.closed":
        return rows.incident_of_alert(connection, entry.id)
    found = MIRRORING.read(connection, entry.id)
    return [found[0].incident] if found else []


def _is_needed(incident: str, connection: Connection) -> bool:
    """Nothing is asked of peers for what was never live."""
    if rows.of_incident(connection, incident):
        return True
    found = INCIDENT.read(connection, incident) if rows.has_peers(connection) else None
    return found is not None and is_mirrored(found[0].mode)


KINDS: Final = OF_INCIDENT | {"alert.closed", "mirroring.held", "mirroring.ended"}

REACTOR: Final = Reactor("mirroring", KINDS, react)


def may_silence(rows: Connection, claimed: Claimed) -> bool:
    """Whether a silence may still be asked for: it is the latest asking, and is still wanted."""
    facts = claimed.call.facts
    found = MIRRORING.read(rows, facts["mirroring"])
    if found is None:
        return False
    mirrored, _ = found
    asked = (facts["asking"], facts["silence"], facts["names_reference"])
    if asked != (mirrored.asking, mirrored.silence, mirrored.names_reference):
        return False
    incident = INCIDENT.read(rows, mirrored.incident)
    if incident is None or not is_in_hand(incident[0]):
        return False
    is_restricted = incident[0].restricted_to is not None
    is_asked = mirrored.state in (MirrorState.ASKED, MirrorState.HELD)
    return is_asked and not (is_restricted and mirrored.names_reference)


def may_lift(rows: Connection, claimed: Claimed) -> bool:
    """Whether a silence is still to be ended."""
    facts = claimed.call.facts
    if "extra" in facts:
        return True
    found = MIRRORING.read(rows, facts["mirroring"])
    is_lifting = found is not None and found[0].state is MirrorState.LIFTING
    return is_lifting and found is not None and found[0].asking == facts["asking"]
