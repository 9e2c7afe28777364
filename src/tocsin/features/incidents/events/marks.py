"""How incidents are marked where several are looked at: tags, and which may be the same."""

from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.tag_added")
class TagAdded:
    """Somebody put a tag on it, by which it is found again."""

    tag: Words


@event("incident.tag_removed")
class TagRemoved:
    """A tag was taken off. `added` is the entry that had put it there."""

    added: int
    tag: Words


@event("incident.merge_proposed")
class MergeProposed:
    """Somebody holds it for the same as another incident (by id). Nothing is merged by that."""

    other: str


@event("incident.merge_proposal_withdrawn")
class MergeProposalWithdrawn:
    """It is not held for the same as the other any more."""

    other: str


@event("incident.command_taken_back")
class CommandTakenBack:
    """An appointment was undone at once, where nobody had led before: nobody leads again."""


MarkEvent = TagAdded | TagRemoved | MergeProposed | MergeProposalWithdrawn | CommandTakenBack
