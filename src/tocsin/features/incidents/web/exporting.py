"""Taking a list of incidents away from its page."""

from typing import Final

from litestar import post
from litestar.di import NamedDependency as Given
from litestar.response import Stream

from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.rules.query import read_spelled
from tocsin.features.incidents.terms import ExportFormat
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import Fields, text
from tocsin.web.viewer import Viewer


@post("/incidents/export", sync_to_thread=True, status_code=200)
def export(work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields) -> Stream:
    """Send the list as a file."""
    said = text(data, "format")
    if said not in set(ExportFormat):
        raise Refused("no_such_format", "A list is exported as CSV or as JSON Lines.")
    query = read_spelled(text(data, "query"))
    made = commands.export(work, query, ExportFormat(said), viewer.tz)
    headers = {
        "content-disposition": f'attachment; filename="{made.name}"',
        "cache-control": "private, no-store",
    }
    return Stream(made.pieces, media_type=made.media_type, headers=headers)


HANDLERS: Final = [export]
