"""What the API is asked of lists: views to keep, deeds on several incidents, files to take away."""

from typing import Annotated

from pydantic import Field

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.api.asked import Asked, Line, Name, Reason, Yes
from tocsin.features.incidents.terms import BulkDeed, ExportFormat, ViewAudience

QueryText = Annotated[
    str, Field(max_length=2000, description="As in the address of the list: severity=1&team=Cards")
]
References = Annotated[list[Name], Field(min_length=1, max_length=200)]


class ViewAsked(Asked):
    """A list to be kept under a name, and for whom. `team` where the audience is one."""

    name: Line
    query: QueryText = ""
    audience: ViewAudience = ViewAudience.PRIVATE
    team: Name | None = None


class ViewName(Asked):
    """Another name for a view."""

    name: Line


class BulkAsked(Asked):
    """One deed, and the incidents that it is meant for. With `dry_run` nothing happens.

    `commander` is whom to assign, a person's id; `other` the incident that they may be the same as.
    """

    deed: BulkDeed
    references: References
    commander: Name | None = None
    actionability: Actionability | None = None
    evidence: Reason | None = None
    tag: Name | None = None
    other: Name | None = None
    dry_run: Yes = False


class ExportAsked(Asked):
    """A list to be taken away. Days in the query are those of UTC."""

    query: QueryText = ""
    format: ExportFormat = ExportFormat.CSV
