"""That somebody took a list of incidents away with them."""

from tocsin.features.incidents.terms import ExportFormat
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("list.exported")
class ListExported:
    """Who may see them exported so many incidents, `left_out` of them not being listed by rule.

    `query` is what the list was cut down to, `root` the root of the ledger it was read at (base64),
    `sha256` the digest of what was handed out.
    """

    query: Words
    format: ExportFormat
    rows: int
    left_out: int
    root: str
    sha256: str
