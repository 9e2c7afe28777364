"""What the ledger promises an auditor who trusts nobody, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import backup, bundle, checking, checkpoint, keys
from tocsin.ledger.entry import By
from tocsin.ledger.erasing import WordsErased, erase, erase_again, remember
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.tables import missing_guards
from tocsin.ledger.words import Erased, Text
from tocsin.runtime.features import aggregates
from tocsin.storage.database import Database
from tocsin_verify.main import main as tocsin_verify

START = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
EACH = 12


def quiet(_: int, __: int) -> None:
    """No progress to show."""


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    made = found(database, keys.make(), clock, origin="test")
    ada = UnitOfWork(made, holding(Role.ADMIN, By(id="ada", kind="person"), "ada"))
    for number in range(EACH):
        clock.advance(timedelta(seconds=1))
        shown = commands.declare(ada, Declaration(title=f"Cards refused {number}", severity=2))
        reference = shown.incident.reference
        commands.acknowledge(ada, reference)
        commands.state(ada, reference, Noted(kind=NoteKind.NOTE, text=Text("It is the pool.")))
    return made


def faults(ledger: Ledger) -> list[str]:
    found_faults = [*checking.lines(ledger, quiet), *checking.words(ledger, quiet)]
    rows = checking.rows_against_fold(ledger, aggregates(), quiet)
    return [fault.where for fault in [*found_faults, *rows]]


def unguarded(ledger: Ledger, sql: str) -> None:
    """What somebody who owns the database can do: switch the guard off, and change what they like."""
    with ledger.database.write() as rows:
        if ledger.database.is_sqlite:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in rows.execute(text(names)).scalars().all():
                rows.execute(text(f"DROP TRIGGER {name}"))
        else:
            rows.execute(text("SET session_replication_role = replica"))
        rows.execute(text(sql))


def test_a_sound_ledger_is_sound_inside_and_outside(ledger: Ledger, tmp_path: Path) -> None:
    assert faults(ledger) == []
    size = bundle.export(ledger, tmp_path / "bundle.zip", with_words=True)
    assert size == EACH * 3
    key = ledger.keys.verifier(ledger.origin)
    assert tocsin_verify([str(tmp_path / "bundle.zip"), "--key", key]) == 0


@pytest.mark.parametrize("act", ["UPDATE ledger SET kind = 'x'", "DELETE FROM ledger"])
def test_the_database_itself_refuses_to_change_the_ledger(ledger: Ledger, act: str) -> None:
    with pytest.raises(Exception, match="never changed"), ledger.database.write() as rows:
        rows.execute(text(act))


TAMPERING = {
    "changed": (
        "UPDATE ledger SET line = replace(line, 'incident.noted', 'incident.Noted') WHERE seq = 5",
        "entry 5",
    ),
    "deleted": ("DELETE FROM ledger WHERE seq = 7", "entry 7"),
    "redirected": ("UPDATE ledger SET actor = 'eve' WHERE seq = 4", "entry 4"),
    "rerooted": ("UPDATE ledger_head SET size = 3", "head"),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_named(ledger: Ledger, name: str) -> None:
    act, where = TAMPERING[name]
    unguarded(ledger, act)
    assert next(iter(fault.where for fault in checking.lines(ledger, quiet))) == where


def test_a_ledger_without_its_guard_does_not_open(ledger: Ledger) -> None:
    with ledger.database.write() as rows:
        on = " ON ledger" if not ledger.database.is_sqlite else ""
        rows.execute(text(f"DROP TRIGGER ledger_refuses_delete{on}"))
        assert missing_guards(rows) == ["ledger_refuses_delete"]
    with pytest.raises(Exception, match="lacks the trigger ledger_refuses_delete"):
        Ledger(ledger.database, ledger.keys, ledger.clock)


def test_a_changed_cell_is_named_with_its_column(ledger: Ledger) -> None:
    unguarded(ledger, "UPDATE incident SET severity = 4 WHERE reference LIKE 'INC-2026-%'")
    named = [fault.sentence for fault in checking.rows_against_fold(ledger, aggregates(), quiet)]
    assert len(named) == EACH
    assert "The column severity of incident" in named[0]


def test_erased_words_are_gone_and_everything_else_still_proves(
    ledger: Ledger, tmp_path: Path
) -> None:
    before = checkpoint.make(ledger)
    with ledger.change(By(id="dpo", kind="person")) as change:
        erased = WordsErased(parts=((0, "title"),), approved_by="ada", reason=Text("asked for"))
        erase(change, [(0, "title")], erased, aggregates())
    remember(tmp_path, [(0, "title")])
    assert isinstance(ledger.after(-1, 1)[0].event.title, Erased)
    assert faults(ledger) == []
    (tmp_path / "held.note").write_text(before or "")
    bundle.export(ledger, tmp_path / "bundle.zip", with_words=True)
    held = ["--held", str(tmp_path / "held.note")]
    key = ledger.keys.verifier(ledger.origin)
    assert tocsin_verify([str(tmp_path / "bundle.zip"), "--key", key, *held]) == 0


def test_words_whose_key_is_lost_without_an_erasure_are_tampering(ledger: Ledger) -> None:
    unguarded(ledger, "DELETE FROM sealed WHERE seq = 2")
    assert [fault.where for fault in checking.words(ledger, quiet)] == ["entry 2"]


def test_a_backup_restores_everything_and_brings_nothing_erased_back(
    ledger: Ledger, tmp_path: Path, new_database: Callable[[], Database]
) -> None:
    file = tmp_path / "backup.zip"
    backup.back_up(ledger, file, lambda *_: None)
    remember(tmp_path, [(0, "title")])
    restored = backup.restore(
        new_database(),
        file,
        ledger.keys,
        ledger.clock,
        lambda change: erase_again(change, tmp_path, aggregates()),
    )
    assert faults(restored) == []
    entries = restored.after(-1)
    assert [entry.kind for entry in entries[-2:]] == ["ledger.restored", "ledger.words_erased"]
    assert isinstance(entries[0].event.title, Erased)


def test_a_restore_with_other_keys_leaves_nothing_behind(
    ledger: Ledger, tmp_path: Path, new_database: Callable[[], Database]
) -> None:
    file, empty = tmp_path / "backup.zip", new_database()
    backup.back_up(ledger, file, lambda *_: None)
    with pytest.raises(Exception, match="not the keys"):
        backup.restore(empty, file, keys.make(), ledger.clock, lambda _: None)
    restored = backup.restore(empty, file, ledger.keys, ledger.clock, lambda _: None)
    assert restored.after(-1, 10_000)[-1].kind == "ledger.restored"


def test_however_much_was_erased_since_a_backup_it_stays_erased(
    ledger: Ledger, tmp_path: Path, new_database: Callable[[], Database]
) -> None:
    file = tmp_path / "backup.zip"
    backup.back_up(ledger, file, lambda *_: None)
    remember(tmp_path, [(0, "title"), *((seq, "lost since") for seq in range(130_000))])
    restored = backup.restore(
        new_database(),
        file,
        ledger.keys,
        ledger.clock,
        lambda change: erase_again(change, tmp_path, aggregates()),
    )
    assert isinstance(restored.after(-1, 1)[0].event.title, Erased)


def test_time_in_the_ledger_never_runs_backwards(ledger: Ledger, clock: SimulatedClock) -> None:
    clock.advance(timedelta(minutes=-34))
    ada = UnitOfWork(ledger, holding(Role.ADMIN, By(id="ada", kind="person"), "ada"))
    commands.declare(ada, Declaration(title="After the clock stepped back"))
    instants = [entry.at for entry in ledger.after(-1)]
    assert instants == sorted(instants)


def test_a_server_that_does_not_wait_for_its_disk_is_not_worked_with(ledger: Ledger) -> None:
    if ledger.database.is_sqlite:
        with ledger.database.read() as rows:
            assert rows.scalar(text("PRAGMA synchronous")) == 2
        return
    name = make_url(ledger.database.url).database
    with ledger.database.write() as rows:
        rows.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    ledger.database.close()
    with pytest.raises(Refused, match="synchronous_commit off"):
        Ledger(ledger.database, ledger.keys, ledger.clock)
