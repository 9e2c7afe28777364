"""Whom an entry about an incident concerns, and why. Pure: ids of people and of teams."""

from collections.abc import Collection, Mapping
from typing import Final

from tocsin.access.visibility import audience_of
from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    CommanderAppointed,
    Declared,
    Mitigated,
    Noted,
    Reopened,
    Resolved,
    ResponderEngaged,
    RoleOffered,
    SeverityChanged,
    SituationStated,
    TaskAdded,
    TaskAssigned,
    TaskDueChanged,
)
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Mode, NoteKind
from tocsin.features.messages.terms import Choices, Concern, Way
from tocsin.ledger.event import kinds

GOES_ON: Final = (
    Acknowledged,
    Mitigated,
    Resolved,
    Closed,
    Reopened,
    SeverityChanged,
    SituationStated,
)
"""What followers hear of beside status updates; not every note."""

READ: Final = (
    *GOES_ON,
    Declared,
    Noted,
    RoleOffered,
    CommanderAppointed,
    ResponderEngaged,
    TaskAdded,
    TaskAssigned,
    TaskDueChanged,
)
KINDS: Final = frozenset(kind.name for kind in kinds() if issubclass(kind.made, READ))

Named = Mapping[Concern, Collection[str]]
URGENCY: Final = tuple(Way)


def named(event: object, incident: Incident, team: str | None) -> Named:
    """Whom an entry concerns, by why; empty for what nobody is told of.

    What is for an audience alone leaves the house for nobody, nor is it said that there is something:
    whoever is mentioned in it and may read it finds it on the incident.

    `team` is the id of the team that the incident belongs to.
    """
    if not may_be_told(incident.mode) or audience_of(event) is not None:
        return {}
    found: dict[Concern, Collection[str]] = dict(_addressed(event, incident))
    if isinstance(event, GOES_ON) or _is_update(event):
        found[Concern.FOLLOWED] = incident.followers
    if isinstance(event, Declared) and team is not None and incident.mode is Mode.LIVE:
        found[Concern.TEAM] = (team,)
    return {concern: ids for concern, ids in found.items() if ids}


def may_be_told(mode: Mode) -> bool:
    """Exercises tell nobody, and what is imported was told when it happened."""
    return not mode.is_exercise and mode is not Mode.IMPORTED


def _addressed(event: object, incident: Incident) -> Named:
    """Those whom the entry itself names, or by the task that it is about."""
    match event:
        case Noted(mentions=mentions):
            return {Concern.MENTIONED: mentions}
        case RoleOffered(person=person) | ResponderEngaged(person=person):
            return {Concern.ASKED: (person,)}
        case CommanderAppointed(commander=person):
            return {Concern.ASKED: (person,)}
        case TaskAdded(owner=str(owner)) | TaskAssigned(owner=str(owner)):
            return {Concern.TASK: (owner,)}
        case TaskDueChanged(task=task):
            its = (it.owner for it in incident.tasks if it.id == task and it.owner)
            return {Concern.TASK: tuple(its)}
        case _:
            return {}


def _is_update(event: object) -> bool:
    return isinstance(event, Noted) and event.kind is NoteKind.STATUS_UPDATE


def chosen(concerns: Collection[Concern], choices: Choices) -> tuple[Concern, Way]:
    """Of several reasons the one to be told for: the most urgent, and the first of those."""
    ranked = [concern for concern in Concern if concern in concerns]
    best = min(ranked, key=lambda concern: URGENCY.index(choices.way(concern)))
    return best, choices.way(best)
