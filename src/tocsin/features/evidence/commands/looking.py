"""Looking at the files of an incident. What one may not see is unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence.commands.reading import plain
from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.commands import Shown, one
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.state import Evidence
from tocsin.features.incidents.terms import Standing
from tocsin.foundation.refusal import Refused
from tocsin.ledger.sealing import SealBroken


@dataclass(frozen=True, slots=True)
class Opened:
    """A file with its bytes, to be taken once."""

    file: Evidence
    pieces: Iterator[bytes]


def the_file(work: UnitOfWork, reference: str, attachment: str) -> tuple[Shown, Evidence]:
    """One file of an incident, also one whose bytes are gone. Refuses `unknown_attachment`."""
    shown = one(work, reference)
    return shown, lifecycle.the_file(shown.incident, attachment)


def version_of(work: UnitOfWork, shown: Shown, file: Evidence) -> int:
    """Which entry of its incident attached a file."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        [entry] = look.entries(INCIDENT, shown.id, [file.seq])
    return entry.version


def opened(work: UnitOfWork, reference: str, attachment: str, *, unscanned: bool) -> Opened:
    """A file and its bytes; one that waits for the scanner only where `unscanned` is said.

    Refuses `attachment_gone`, `not_scanned_yet`, `attachment_damaged`.
    """
    _, file = the_file(work, reference, attachment)
    if not file.is_kept:
        raise Refused("attachment_gone", "The bytes of this file were destroyed.")
    if file.standing is Standing.WAITING and not unscanned:
        sentence = "This file was not scanned yet. Say that you want it all the same."
        raise Refused("not_scanned_yet", sentence)
    pieces = plain(work.ledger, file.id)
    try:
        first = next(pieces)
    except SealBroken:
        raise Refused("attachment_damaged", "This file cannot be opened: it is damaged.") from None
    return Opened(file, chain([first], pieces))


def may_withdraw(work: UnitOfWork, file: Evidence) -> bool:
    """Whoever attached it may, and whoever may close an incident to others."""
    may = work.actor.may
    is_theirs = file.by == work.actor.by.id and Permission.RESPOND in may
    return file.is_kept and (is_theirs or {Permission.RESTRICT, Permission.RESPOND} <= may)
