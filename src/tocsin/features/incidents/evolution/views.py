"""What each event means for a saved view. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.incidents.events.views import ViewDeleted, ViewEvent, ViewRenamed, ViewSaved
from tocsin.features.incidents.state import View
from tocsin.ledger.entry import Recorded


def evolve_view(view: View | None, event: ViewEvent, on: Recorded) -> View:
    """The view after one more event."""
    if isinstance(event, ViewSaved):
        return View(
            name=event.name,
            query=event.query,
            audience=event.audience,
            team=event.team,
            owner=on.by.id,
        )
    assert view is not None, "only a saved view changes"
    match event:
        case ViewRenamed():
            return replace(view, name=event.name)
        case ViewDeleted():
            return replace(view, is_deleted=True)
        case _:
            assert_never(event)
