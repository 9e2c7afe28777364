"""Destroying the bytes of a file for good; that it was here, its digest and the reason stay.

What was withdrawn is noted beside the keys, so that no restored backup brings it back.
"""

from contextlib import suppress
from pathlib import Path

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import rows
from tocsin.features.evidence.commands.looking import may_withdraw
from tocsin.features.evidence.commands.noting import must_be_writable, note, noted
from tocsin.features.evidence.port import Terms
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands import Shown, needed, recorded
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.state import Evidence, Incident
from tocsin.features.incidents.terms import Standing
from tocsin.foundation.refusal import Refused
from tocsin.ledger.change import Change
from tocsin.ledger.words import Text


def withdraw(
    work: UnitOfWork, terms: Terms, reference: str, attachment: str, *, reason: str
) -> Shown:
    """Destroy the bytes of a file, and say why: both in one change, and only then it is noted.

    Refuses `not_allowed` for what somebody else attached, `keys_not_writable`.
    """

    def decide(incident: Incident) -> lifecycle.Decision:
        file = lifecycle.the_file(incident, attachment)
        if file.is_kept and not may_withdraw(work, file):
            raise Refused("not_allowed", "Whoever attached it may withdraw it, or a manager.")
        return lifecycle.withdraw(incident, attachment, needed(reason))

    with work.change(Permission.RESPOND) as change:
        done = recorded(change, reference, decide, None)
        rows.destroy(change.rows, attachment)
        if terms.keys_folder is not None:
            must_be_writable(terms.keys_folder)
    _note(terms.keys_folder, lifecycle.the_file(done.incident, attachment))
    return done


def _note(keys_folder: Path | None, file: Evidence) -> None:
    """Note what is withdrawn by now. What fails here, the background work makes up for."""
    if keys_folder is not None and file.standing is Standing.WITHDRAWN:
        with suppress(OSError):
            note(keys_folder, [file.id])


def withdraw_again(change: Change, keys_folder: Path) -> None:
    """Destroy in a restored database what was withdrawn since its backup was made."""
    reason = Text("It was withdrawn after this backup had been made.")
    for id_, owner in rows.owners(change.rows, noted(keys_folder)):
        incident = change.load(INCIDENT, owner)
        change.record(INCIDENT, owner, lifecycle.withdraw(incident, id_, reason))
        rows.destroy(change.rows, id_)
