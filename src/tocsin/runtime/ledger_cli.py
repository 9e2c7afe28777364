"""Host commands on the ledger: verify, checkpoint, export, proof, rebuild, backup, restore."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter
from rich.console import Console

from tocsin.cli.output import harmless
from tocsin.features.evidence.commands import check_files, withdraw_again
from tocsin.features.people.commands import end_restored
from tocsin.foundation.clock import system_clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import backup as backups
from tocsin.ledger import bundle, checking, checkpoint, proof, witness
from tocsin.ledger.change import Change
from tocsin.ledger.erasing import erase_again
from tocsin.ledger.keys import read as read_keys
from tocsin.runtime import settings
from tocsin.runtime.features import aggregates
from tocsin.runtime.opening import host, open_ledger
from tocsin.storage.database import Database

LEDGER: Final = App(name="ledger", help="Prove the ledger: verify it, sign it, export it.")
ERRORS: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def say(sentence: str) -> None:
    """A command's answer, without what could move a terminal's cursor or change its colours."""
    lines = map(harmless, sentence.split("\n"))
    print("\n".join(lines), flush=True)  # noqa: T201 - the answer of a command, also through a pipe


def _progress(done: int, whole: int) -> None:
    if ERRORS.is_terminal and whole:
        ERRORS.print(f"  {done} of {whole}", end="\r")


def _count(table: str, rows: int) -> None:
    if ERRORS.is_terminal:
        ERRORS.print(f"  {table}: {rows} rows")


@LEDGER.command
def verify() -> int:
    """Check every line, digest, checkpoint, sealed part and attached file. Exit 1 if damaged."""
    ledger = open_ledger(settings.read())
    faults = [*checking.lines(ledger, _progress), *checking.words(ledger, _progress)]
    faults += check_files(ledger, _progress)
    for fault in faults[:20]:
        say(fault.sentence)
    if faults:
        say(f"Not sound: {len(faults)} faults.")
        return 1
    with ledger.read() as rows:
        last = checkpoint.newest(rows)
    signed = (
        f"; last checkpoint: {last.size} entries, {last.at:%Y-%m-%d %H:%M:%S} UTC" if last else ""
    )
    say(f"Sound{signed}.")
    return 0


@LEDGER.command(name="checkpoint")
def sign_checkpoint() -> None:
    """Sign the ledger as it stands and print the note. Keep it outside: it proves what was."""
    ledger = open_ledger(settings.read())
    note = checkpoint.make(ledger)
    assert note is not None, "asked for, it is always due"
    say(note)
    witness.give(ledger, host().by, note, "printed")


@LEDGER.command
def export(file: Path, *, words: bool = True) -> None:
    """Write the bundle that `tocsin-verify` checks offline."""
    ledger = open_ledger(settings.read())
    size = bundle.export(ledger, file, with_words=words)
    with ledger.read() as rows:
        note = checkpoint.of_size(rows, size)
    witness.give(ledger, host().by, note, "exported")
    say(f"{file} holds {size} entries.")


@LEDGER.command(name="proof")
def prove(entry: int) -> None:
    """Print the proof that an entry is in the ledger (C2SP tlog-proof)."""
    say(proof.of_record(open_ledger(settings.read()), entry))


@LEDGER.command(name="key")
def public_key() -> None:
    """Print the public key that checkpoints are signed with."""
    ledger = open_ledger(settings.read())
    say(ledger.keys.verifier(ledger.origin))


def rebuild(*, check: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Make every row anew from the ledger; with --check only compare, and name what differs."""
    ledger = open_ledger(settings.read())
    if not check:
        count = checking.rebuild(ledger, aggregates())
        say(f"Rebuilt {count} rows from the ledger.")
        return 0
    faults = list(checking.rows_against_fold(ledger, aggregates(), _progress))
    for fault in faults[:50]:
        say(fault.sentence)
    say(f"Not equal: {len(faults)} differences." if faults else "Equal: rows and ledger agree.")
    return 1 if faults else 0


def backup(file: Path) -> None:
    """Write a backup of everything but the keys to a new file."""
    chosen = settings.read()
    try:
        size = backups.back_up(open_ledger(chosen), file, _count)
    except FileExistsError:
        raise Refused(
            "file_exists", f"{file} exists already; a backup never replaces one."
        ) from None
    say(f"{file} holds everything up to entry {size}.")
    say(
        f"The keys are NOT in it. They are in {chosen.keys.absolute()}: keep them elsewhere as well."
    )


def restore(file: Path) -> None:
    """Fill an empty database from a backup; the key files must be in place."""
    chosen = settings.read()
    keys = read_keys(chosen.keys)
    chosen.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def declare(change: Change) -> None:
        erase_again(change, chosen.keys, aggregates())
        withdraw_again(change, chosen.keys)
        end_restored(change)

    ledger = backups.restore(Database(chosen.url), file, keys, system_clock, declare)
    with ledger.read() as rows:
        last = checkpoint.newest(rows)
    say(f"Restored {last.size if last else 0} entries. What was recorded after that is not here.")
    say(
        "Everybody is signed out. Disable again whoever left since, and revoke again what was revoked."
    )
