"""What telling of it means: the situation as last stated, and the part that each change had."""

from dataclasses import replace

from tocsin.features.incidents.events import ChangeMarked, SituationStated
from tocsin.features.incidents.state import Incident, MarkedChange, Situation
from tocsin.ledger.entry import Recorded


def situated(incident: Incident, event: SituationStated, on: Recorded) -> Incident:
    """The incident with its situation stated anew."""
    stated = Situation(
        happening=event.happening,
        belief=event.belief,
        next_steps=event.next_steps,
        next_update_at=event.next_update_at,
        at=on.at,
        by=on.by.id,
    )
    return replace(incident, situation=stated)


def change_marked(incident: Incident, event: ChangeMarked, on: Recorded) -> Incident:
    """The incident with a change in its part: the last word on it holds."""
    others = tuple(one for one in incident.changes if one.change != event.change)
    marked = MarkedChange(change=event.change, role=event.role, at=on.at, by=on.by.id)
    return replace(incident, changes=(*others, marked))
