"""Notes beside the keys of this machine what was withdrawn, so that no restored backup brings it back.

A note follows the ledger and never runs ahead of it: what was not recorded is not noted. What was
recorded and not noted, because a process died in between or another machine did it, is found here.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tocsin.features.evidence import rows
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger

WITHDRAWN_FILE: Final = "withdrawn.txt"
SOME: Final = 500


def must_be_writable(keys_folder: Path) -> None:
    """Refuse `keys_not_writable` where nothing can be noted: what is withdrawn might come back."""
    try:
        (keys_folder / WITHDRAWN_FILE).open("ab").close()
    except OSError:
        sentence = "What is withdrawn cannot be noted beside the keys, so it is not withdrawn."
        raise Refused("keys_not_writable", sentence) from None


def noted(keys_folder: Path) -> set[str]:
    """The files that are noted as withdrawn."""
    notes = keys_folder / WITHDRAWN_FILE
    return set(_read(notes.read_bytes())) if notes.exists() else set()


def note(keys_folder: Path, ids: Sequence[str]) -> None:
    """Note those of these files that are not noted yet. When it returns, that is on disk."""
    with (keys_folder / WITHDRAWN_FILE).open("ab+") as notes:
        notes.seek(0)
        before = notes.read()
        known = set(_read(before))
        fresh = [id_ for id_ in ids if id_ not in known]
        if not fresh:
            return
        if before and not before.endswith(b"\n"):  # a note that broke off spoils no other
            notes.write(b"\n")
        notes.writelines(f"{id_}\n".encode() for id_ in fresh)
        notes.flush()
        os.fsync(notes.fileno())


class Notes:
    """How far the notes of this machine follow the ledger. A process begins with the first entry."""

    def __init__(self, keys_folder: Path) -> None:
        self._keys_folder = keys_folder
        self._seen = -1

    def catch_up(self, ledger: Ledger) -> bool:
        """Note some of what was withdrawn since; whether more is waiting. Raises `OSError`."""
        with ledger.read() as there:
            some = rows.withdrawn(there, self._seen, SOME)
        if some:
            note(self._keys_folder, [id_ for _, id_ in some])
            self._seen, _ = some[-1]
        return len(some) == SOME


def _read(notes: bytes) -> list[str]:
    return notes.decode("ascii", "replace").split()
