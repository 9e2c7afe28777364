"""Destroying the bytes of a file for good; that it was here, its digest and the reason stay.

What was withdrawn is remembered beside the keys, so that no restored backup brings it back.
"""

import os
from pathlib import Path
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import rows
from tocsin.features.evidence.commands.looking import may_withdraw
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands import Shown, needed, recorded
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.state import Incident
from tocsin.foundation.refusal import Refused
from tocsin.ledger.change import Change
from tocsin.ledger.words import Text

WITHDRAWN_FILE: Final = "withdrawn.txt"


def withdraw(
    work: UnitOfWork, terms: Terms, reference: str, attachment: str, *, reason: str
) -> Shown:
    """Destroy the bytes of a file, and say why. Refuses `not_allowed` for what somebody else attached."""

    def decide(incident: Incident) -> lifecycle.Decision:
        file = lifecycle.the_file(incident, attachment)
        if file.is_kept and not may_withdraw(work, file):
            raise Refused("not_allowed", "Whoever attached it may withdraw it, or a manager.")
        return lifecycle.withdraw(incident, attachment, needed(reason))

    with work.change(Permission.RESPOND) as change:
        done = recorded(change, reference, decide, None)
        rows.destroy(change.rows, attachment)
        remember(terms.keys_folder, attachment)
    return done


def remember(keys_folder: Path | None, attachment: str) -> None:
    """Note beside the keys what is withdrawn. Refuses `keys_not_writable`: it might come back."""
    if keys_folder is None:
        return
    try:
        with (keys_folder / WITHDRAWN_FILE).open("a") as file:
            file.write(f"{attachment}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        sentence = "What is withdrawn cannot be noted beside the keys, so it is not withdrawn."
        raise Refused("keys_not_writable", sentence) from None


def withdraw_again(change: Change, keys_folder: Path) -> None:
    """Destroy in a restored database what was withdrawn since its backup was made."""
    remembered = keys_folder / WITHDRAWN_FILE
    if not remembered.exists():
        return
    ids = set(remembered.read_text().split())
    reason = Text("It was withdrawn after this backup had been made.")
    for id_, owner in rows.owners(change.rows, ids):
        incident = change.load(INCIDENT, owner)
        change.record(INCIDENT, owner, lifecycle.withdraw(incident, id_, reason))
        rows.destroy(change.rows, id_)
