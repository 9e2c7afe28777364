"""Who may send a file to an incident, and how large it may be: asked before a byte of it is taken."""

from dataclasses import dataclass
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import rows
from tocsin.features.evidence.commands.filing import Filed, Filing, too_large
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands import find
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

OF_A_FORM: Final = 65_536
"""What a form may have around its file."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files for one incident (by its id) are handed in."""

    ledger: Ledger
    owner: str
    most_bytes: int

    def begin(self) -> Filing:
        """Begin to take a file in."""
        return Filing(self.ledger, self.owner, self.most_bytes)

    def whole(self, content: bytes) -> Filed:
        """Take in a file that is here already. Refuses `body_too_large`, `file_missing`."""
        filing = self.begin()
        try:
            filing.add(content)
            return filing.end()
        except BaseException:
            filing.drop()
            raise

    def drop(self, id_: str) -> None:
        """Forget a file that came, and is not to be recorded."""
        with self.ledger.database.write(Lane.MACHINES) as there:
            rows.drop(there, id_)


def admit(work: UnitOfWork, terms: Terms, reference: str, announced: int = 0) -> Desk:
    """Let somebody in who may work on the incident, while it has room for the bytes announced."""
    work.actor.must_be_allowed_to(Permission.RESPOND)
    with work.look(Permission.SEE_INCIDENTS) as look:
        shown = find(look, reference)
    whole = terms.limits.incident_bytes
    lifecycle.must_have_room(shown.incident, 1, whole)
    left = whole - sum(file.size for file in shown.incident.evidence if file.is_kept)
    desk = Desk(work.ledger, shown.id, min(terms.limits.file_bytes, left))
    if announced > desk.most_bytes + OF_A_FORM:
        raise too_large(desk.most_bytes)
    return desk
