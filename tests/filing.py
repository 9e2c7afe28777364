"""An incident with files, attached by whoever reported it."""

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.state import Evidence
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger


class Folder:
    """The files of one incident."""

    def __init__(self, ledger: Ledger) -> None:
        rex = holding(Role.RESPONDER, By(id="rex", kind="person"), "rex")
        self.work = UnitOfWork(ledger, rex)
        said = Declaration(title="Cards refused")
        self.reference = incidents.declare(self.work, said).incident.reference

    def attach(self, body: bytes, terms: Terms | None = None) -> str:
        """Attach a file; its id."""
        terms = terms or Terms()
        filed = evidence.admit(self.work, terms, self.reference).whole(body)
        about = evidence.About(name="a file")
        return evidence.attach(self.work, terms, self.reference, filed, about)[1].id

    def files(self) -> list[Evidence]:
        """Its files, as they are now."""
        return list(incidents.one(self.work, self.reference).incident.evidence)

    def standing(self, id_: str) -> str:
        """How one of them stands."""
        [file] = [file for file in self.files() if file.id == id_]
        return file.standing.value
