"""What is withdrawn is noted beside the keys of every machine, after it is recorded and never before."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from filing import Folder
from processes import until

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.feature import feature
from tocsin.features.evidence.port import Terms
from tocsin.foundation.clock import system_clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import backup, keys
from tocsin.ledger.change import Change
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.sealing import SealBroken
from tocsin.runtime.background import Background
from tocsin.runtime.outside import Outside
from tocsin.storage.database import Database
from tocsin.storage.lanes import Lane

WHY = "A customer's card"


class Died(BaseException):
    """As if by kill -9: nothing after it is done."""


@dataclass(frozen=True)
class Dying(UnitOfWork):
    """A unit of work whose process dies before its change is committed."""

    @contextmanager
    def change(self, permission: Permission, lane: Lane = Lane.PEOPLE) -> Generator[WorkChange]:
        with UnitOfWork.change(self, permission, lane) as change:
            yield change
            raise Died


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), system_clock, origin="test")


@pytest.fixture
def folder(ledger: Ledger) -> Folder:
    return Folder(ledger)


def machine(place: Path, name: str) -> Path:
    """The folder in which a machine has its keys."""
    made = place / name
    made.mkdir()
    return made


def noted(machine: Path) -> list[str]:
    file = machine / "withdrawn.txt"
    return file.read_text().split() if file.exists() else []


def withdraw(folder: Folder, id_: str, *machine: Path) -> None:
    terms = Terms(keys_folder=machine[0] if machine else None)
    evidence.withdraw(folder.work, terms, folder.reference, id_, reason=WHY)


def test_a_withdrawal_that_was_not_recorded_destroys_nothing_now_or_after_a_restore(
    ledger: Ledger, folder: Folder, tmp_path: Path, new_database: Callable[[], Database]
) -> None:
    id_, here = folder.attach(b"the pool is full"), machine(tmp_path, "keys")
    dying = Dying(ledger, folder.work.actor)
    with pytest.raises(Died):
        evidence.withdraw(dying, Terms(keys_folder=here), folder.reference, id_, reason=WHY)
    assert noted(here) == []
    assert b"".join(evidence.plain(ledger, id_)) == b"the pool is full"
    copy = backed_up(ledger, tmp_path)
    anew = restored(ledger, copy, here, new_database())
    assert b"".join(evidence.plain(anew, id_)) == b"the pool is full"


def backed_up(ledger: Ledger, place: Path) -> Path:
    copy = place / "backup.zip"
    backup.back_up(ledger, copy, lambda _, __: None)
    return copy


def restored(ledger: Ledger, copy: Path, machine: Path, database: Database) -> Ledger:
    """What a restore on a machine makes of a backup."""

    def again(change: Change) -> None:
        evidence.withdraw_again(change, machine)

    return backup.restore(database, copy, ledger.keys, system_clock, again)


def test_a_withdrawal_whose_process_died_before_it_was_noted_is_noted_by_the_next(
    ledger: Ledger, folder: Folder, tmp_path: Path, new_database: Callable[[], Database]
) -> None:
    id_, here = folder.attach(b"4111 1111 1111 1111"), machine(tmp_path, "keys")
    copy = backed_up(ledger, tmp_path)
    withdraw(folder, id_)
    assert noted(here) == []
    notes = evidence.Notes(here)
    assert not notes.catch_up(ledger)
    assert noted(here) == [id_]
    anew = restored(ledger, copy, here, new_database())
    with pytest.raises(SealBroken):
        next(evidence.plain(anew, id_))


def test_it_is_noted_once_however_often_it_is_looked_for(
    ledger: Ledger, folder: Folder, tmp_path: Path
) -> None:
    first, second = folder.attach(b"1"), folder.attach(b"2")
    here = machine(tmp_path, "keys")
    withdraw(folder, first, here)
    withdraw(folder, first, here)
    notes = evidence.Notes(here)
    notes.catch_up(ledger)
    withdraw(folder, second)
    for one in (notes, evidence.Notes(here), evidence.Notes(here)):
        one.catch_up(ledger)
    assert noted(here) == [first, second]


def test_a_note_that_broke_off_spoils_no_other(
    ledger: Ledger, folder: Folder, tmp_path: Path
) -> None:
    first, second = folder.attach(b"1"), folder.attach(b"2")
    here = machine(tmp_path, "keys")
    withdraw(folder, first)
    (here / "withdrawn.txt").write_text(first[:7])
    withdraw(folder, second, here)
    evidence.Notes(here).catch_up(ledger)
    assert set(noted(here)) >= {first, second}


def test_every_machine_notes_what_was_withdrawn_on_one(
    ledger: Ledger, folder: Folder, tmp_path: Path
) -> None:
    id_ = folder.attach(b"4111 1111 1111 1111")
    machines = [machine(tmp_path, name) for name in ("one", "two", "three")]
    withdraw(folder, id_, machines[0])
    workers = [
        Background(ledger, [feature(Terms(keys_folder=one))], Outside(), one.name)
        for one in machines
    ]
    for worker in workers:
        worker.start()
    try:
        until(lambda: all(noted(one) == [id_] for one in machines), "not noted everywhere")
    finally:
        for worker in workers:
            worker.stop()


def test_where_nothing_can_be_noted_nothing_is_withdrawn(folder: Folder, tmp_path: Path) -> None:
    id_ = folder.attach(b"1")
    with pytest.raises(Refused) as refused:
        withdraw(folder, id_, tmp_path / "nowhere")
    assert refused.value.code == "keys_not_writable"
    assert folder.standing(id_) == "unscanned"
    assert b"".join(evidence.plain(folder.work.ledger, id_)) == b"1"
