"""That somebody made a paper of an incident and took it away."""

from tocsin.ledger.event import event


@event("paper.made")
class PaperMade:
    """Who may see an incident had its file made as a PDF, to take it away.

    `root` is the root of the ledger it was read at (base64), `sha256` the digest of the PDF.
    """

    incident: str
    entries: int
    root: str
    size: int
    sha256: str
