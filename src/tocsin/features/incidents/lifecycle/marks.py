"""Tags, which incidents may be the same, and the undoing of what was done to many at once.

Words are compared before: a decision is told which tag is meant, and never reads one.
"""

from typing import Final

from tocsin.features.incidents.events import CommanderAppointed
from tocsin.features.incidents.events.marks import (
    CommandTakenBack,
    MergeProposalWithdrawn,
    MergeProposed,
    TagAdded,
    TagRemoved,
)
from tocsin.features.incidents.lifecycle.life import Decision, must_not_be_over
from tocsin.features.incidents.state import Incident, Tag
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words

MOST_TAGS: Final = 20


def add_tag(incident: Incident, *, tag: Words, is_there: bool) -> Decision:
    """Put a tag on it. Refuses `too_many_tags`."""
    if is_there:
        return []
    if len(incident.tags) >= MOST_TAGS:
        raise Refused(
            "too_many_tags", phrase("An incident has %(most)s tags at most.", most=MOST_TAGS)
        )
    return [TagAdded(tag=tag)]


def remove_tag(_: Incident, *, tag: Tag | None) -> Decision:
    """Take a tag off."""
    return [] if tag is None else [TagRemoved(added=tag.seq, tag=tag.name)]


def propose_merge(incident: Incident, *, id: str, other: str, hints: bool) -> Decision:
    """Mark it as perhaps the same as another. Refuses `the_same_incident`, `other_restricted`.

    `hints` where more people see this incident than the other: the mark would tell them of it.
    """
    if other == id:
        raise Refused("the_same_incident", "An incident is the same as itself.")
    if other in incident.perhaps_same:
        return []
    if hints:
        raise Refused(
            "other_restricted",
            "The other incident is seen by fewer people than this one; a mark would tell of it.",
        )
    return [MergeProposed(other=other)]


def withdraw_merge(incident: Incident, *, other: str) -> Decision:
    """Take the mark away again."""
    return [MergeProposalWithdrawn(other=other)] if other in incident.perhaps_same else []


def give_back_command(incident: Incident, *, given: str, before: str | None) -> Decision:
    """Undo an appointment. Refuses `changed_meanwhile` where somebody else leads by now."""
    must_not_be_over(incident)
    if incident.commander != given:
        raise Refused("changed_meanwhile", "Somebody else was put in command meanwhile.")
    return [CommandTakenBack() if before is None else CommanderAppointed(commander=before)]
