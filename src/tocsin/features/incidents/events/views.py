"""What can have happened to a saved view: a list of incidents that somebody keeps under a name."""

from tocsin.features.incidents.terms import ViewAudience
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("view.saved")
class ViewSaved:
    """A list was kept under a name. `query` is that of its address; people write words into it."""

    name: Words
    query: Words
    audience: ViewAudience
    team: str | None = None


@event("view.renamed")
class ViewRenamed:
    """It goes by another name."""

    name: Words


@event("view.deleted")
class ViewDeleted:
    """It is listed no more."""


ViewEvent = ViewSaved | ViewRenamed | ViewDeleted
