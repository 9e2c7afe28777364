"""Many writers, one ledger: nothing is lost, nothing stands twice, on both databases."""

from concurrent.futures import ThreadPoolExecutor

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.foundation.clock import system_clock
from tocsin.ledger import checking, keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import found
from tocsin.storage.database import Database

PEOPLE, EACH = 8, 12


def test_no_reference_is_given_out_twice_and_seq_has_no_gaps(database: Database) -> None:
    ledger = found(database, keys.make(), system_clock, origin="test")

    def declare_some(person: int) -> list[str]:
        actor = holding(Role.RESPONDER, By(id=f"p{person}", kind="person"), f"p{person}")
        work = UnitOfWork(ledger, actor)
        said = Declaration(title="Down")
        return [commands.declare(work, said).incident.reference for _ in range(EACH)]

    with ThreadPoolExecutor(PEOPLE) as pool:
        made = [reference for some in pool.map(declare_some, range(PEOPLE)) for reference in some]
    entries = ledger.after(-1)
    assert len(set(made)) == PEOPLE * EACH
    assert [entry.seq for entry in entries] == list(range(PEOPLE * EACH))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert list(checking.lines(ledger, lambda *_: None)) == []
