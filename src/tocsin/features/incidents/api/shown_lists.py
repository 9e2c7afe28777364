"""The shapes in which the API shows saved views, and what is done to several incidents at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tocsin.api.told import PersonShown
from tocsin.features.incidents.terms import BulkDeed, ViewAudience

Outcome = Literal["changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewShown:
    """A saved view. `query` is that of the list's address."""

    id: str
    name: str
    query: str
    audience: ViewAudience
    team: str | None
    owner: PersonShown


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsShown:
    """The saved views that one sees."""

    items: list[ViewShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """What came of one row, or would come of it. `reference` is None for what is not there."""

    reference: str | None
    outcome: Outcome
    text: str
    code: str | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkShown:
    """A deed on several incidents. `id` is None where it was only tried (`dry_run`)."""

    id: str | None
    deed: BulkDeed
    dry_run: bool
    results: list[RowShown]
    can_be_undone: bool
    undo_until: datetime | None
