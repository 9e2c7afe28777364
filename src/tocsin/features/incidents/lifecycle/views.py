"""Saved views: who may keep one for whom, and who may change it. Pure."""

from typing import Final

from tocsin.features.incidents.events.views import ViewDeleted, ViewEvent, ViewRenamed, ViewSaved
from tocsin.features.incidents.state import View
from tocsin.features.incidents.terms import ViewAudience
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words

ViewDecision = list[ViewEvent]
MOST_VIEWS: Final = 50


def save_view(wish: ViewSaved, *, kept: int) -> ViewDecision:
    """Keep a list under a name. Refuses `team_missing`, `too_many_views`."""
    if kept >= MOST_VIEWS:
        raise Refused(
            "too_many_views",
            phrase("You keep %(most)s views already. Delete one first.", most=MOST_VIEWS),
        )
    if wish.audience is ViewAudience.TEAM and not wish.team:
        raise Refused("team_missing", "Say which team the view is for.")
    return [wish]


def rename_view(view: View, *, name: Words, by: str, is_admin: bool) -> ViewDecision:
    """Give it another name."""
    _must_be_theirs(view, by=by, is_admin=is_admin)
    return [ViewRenamed(name=name)]


def delete_view(view: View, *, by: str, is_admin: bool) -> ViewDecision:
    """List it no more."""
    _must_be_theirs(view, by=by, is_admin=is_admin)
    return [ViewDeleted()]


def _must_be_theirs(view: View, *, by: str, is_admin: bool) -> None:
    if view.owner != by and not is_admin:
        raise Refused("not_allowed", "Only whoever saved this view, or an admin, may change it.")
