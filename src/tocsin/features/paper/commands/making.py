"""Making a PDF of an incident file: read in one moment, set, recorded, and only then handed out."""

from dataclasses import dataclass
from datetime import tzinfo
from hashlib import sha256

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.commands import find
from tocsin.features.paper.commands.pressing import press
from tocsin.features.paper.commands.reading import read
from tocsin.features.paper.events import PaperMade
from tocsin.features.paper.port import Terms
from tocsin.foundation.identifiers import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A PDF as it is handed out."""

    name: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """How it is sent: as a file of this name that nobody on the way keeps."""
        return {
            "content-disposition": f'attachment; filename="{self.name}"',
            "cache-control": "private, no-store",
        }


def make(work: UnitOfWork, terms: Terms, reference: str, zone: tzinfo) -> Made:
    """Make the PDF of an incident, and record by whom.

    Refuses `unknown_incident`, `too_long_for_paper`, and `rate_limited` while others are being made.
    """
    with terms.slots.one():
        paper = read(work, reference, zone, terms.limits)
        body = press(paper, terms.limits)
    with work.change(Permission.SEE_INCIDENTS) as change:
        # Who was shut out meanwhile is not given what was read before.
        found = find(change, reference)
        made = PaperMade(
            incident=found.id,
            entries=paper.entries,
            root=paper.root,
            size=len(body),
            sha256=sha256(body).hexdigest(),
        )
        change.note(f"paper:{new_id(change.now)}", made)
    return Made(name=f"{paper.reference}.pdf", body=body)
