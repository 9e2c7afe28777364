"""What can have happened when something was done to several incidents at once.

Each incident has its own event in its own history; these tie them together, so that what was asked
once is done once, and can be undone together. What somebody typed to name an incident is not kept.
"""

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.terms import BulkDeed
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("bulk.begun")
class BulkBegun:
    """Somebody asked for one deed on so many incidents. `other` is an incident, by id."""

    deed: BulkDeed
    rows: int
    commander: str | None = None
    actionability: Actionability | None = None
    other: str | None = None
    tag: Words | None = None


@event("bulk.row_handled")
class RowHandled:
    """It was done to one of them, or refused with this code and reason.

    `before` is who led, `mark` the entry that put the tag there: what undoing needs.
    """

    row: int
    incident: str | None = None
    changed: bool = False
    refusal: str | None = None
    reason: Words | None = None
    before: str | None = None
    mark: int | None = None


@event("bulk.row_undone")
class RowUndone:
    """It was undone for one of them, or that was refused."""

    row: int
    refusal: str | None = None
    reason: Words | None = None


BulkEvent = BulkBegun | RowHandled | RowUndone
