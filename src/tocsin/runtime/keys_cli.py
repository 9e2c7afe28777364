"""Host commands on the key files: export a copy under a passphrase, import one on a new machine."""

import getpass
import sys
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.key_export import unwrapped, wrapped
from tocsin.runtime import settings
from tocsin.runtime.ledger_cli import say
from tocsin.runtime.opening import open_ledger, record_command

KEYS: Final = App(name="keys", help="Keep a copy of the keys elsewhere, and bring it back.")

EXPORTED: Final = "exported"
"""A file beside the keys that says that a copy was made."""


@KEYS.command(name="export")
def export_keys(
    file: Path, *, passphrase_stdin: Annotated[bool, Parameter(negative="")] = False
) -> None:
    """Write a copy of the keys, wrapped with a passphrase, to a new file."""
    chosen = settings.read()
    copy = wrapped(keys.read(chosen.keys), _passphrase(from_stdin=passphrase_stdin))
    try:
        with file.open("x") as target:
            target.write(copy + "\n")
    except FileExistsError:
        raise Refused("file_exists", f"{file} exists already; it is not replaced.") from None
    record_command(open_ledger(chosen), "keys export")
    (chosen.keys / EXPORTED).touch(mode=0o600)
    say(f"{file} opens only with the passphrase. Keep both, and not in one place.")


@KEYS.command(name="import")
def import_keys(
    file: Path, *, passphrase_stdin: Annotated[bool, Parameter(negative="")] = False
) -> None:
    """Put the keys of a copy in place. Never replaces a key that is there."""
    chosen = settings.read()
    if (chosen.keys / keys.SIGNING_FILE).exists():
        raise Refused("keys_exist", f"There are keys in {chosen.keys} already.")
    try:
        copy = file.read_text()
    except OSError:
        raise Refused("bad_key_copy", f"{file} cannot be read.") from None
    keys.keep(unwrapped(copy, _passphrase(from_stdin=passphrase_stdin)), chosen.keys)
    say(f"The keys are in {chosen.keys}.")


def _passphrase(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Passphrase: ")
