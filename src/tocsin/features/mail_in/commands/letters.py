"""Dead letters: mail that nobody wrote. Kept sealed with its reason, and taken when somebody says so."""

from datetime import timedelta
from typing import Final

from cryptography.exceptions import InvalidTag

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.mail_in import rows
from tocsin.features.mail_in.commands.knowing import Known
from tocsin.features.mail_in.events import MailReplayed
from tocsin.features.mail_in.rows import LetterRow
from tocsin.features.mail_in.rules import redacting
from tocsin.features.mail_in.terms import WhyDead
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.refusal import Refused
from tocsin.ledger import vault
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

USE: Final = "mail dead letters"
LARGEST: Final = 1_000_000
"""What is larger is told of, and not kept."""

KEPT: Final = timedelta(days=30)
"""So long dead letters are kept, and mails are known again."""

ANY_BYTE: Final = "latin-1"


def keep(ledger: Ledger, it: Known, raw: bytes, why: WhyDead, digest: str) -> None:
    """Keep a mail that does nothing, its secrets blacked out; once, however often it is brought."""
    now = ledger.clock()
    id_ = new_id(now)
    row = LetterRow(
        id=id_,
        at=now,
        address=it.row.id,
        why=why,
        size=len(raw),
        is_kept=len(raw) <= LARGEST,
        replayed_at=None,
        replayed_by=None,
    )
    bare = redacting.mail(raw, it.secret).decode(ANY_BYTE) if row.is_kept else ""
    sealed = vault.sealed(ledger.keys, USE, bare, id_) if row.is_kept else None
    with ledger.database.write(Lane.MACHINES) as there:
        if not rows.was_taken(there, digest):
            rows.take(there, digest, now)
            rows.keep_letter(there, row, sealed)


def waiting(work: UnitOfWork, *, after: str | None = None, limit: int = 50) -> list[LetterRow]:
    """The dead letters that nobody replayed, newest first: never what stands in them."""
    with work.look(Permission.MANAGE_PEOPLE) as look:
        return rows.letters(look.rows, after=after, limit=limit)


def opened(work: UnitOfWork, id_: str) -> tuple[LetterRow, bytes]:
    """A dead letter and its bytes. Refuses `unknown_dead_letter`, `already_replayed`, `body_erased`."""
    with work.look(Permission.MANAGE_PEOPLE) as look:
        found = rows.letter(look.rows, id_)
    if found is None:
        raise Refused("unknown_dead_letter", "There is no such dead letter.")
    row, sealed = found
    if row.replayed_at is not None:
        raise Refused("already_replayed", "This dead letter was replayed before.")
    if sealed is None:
        raise Refused("body_erased", "What was sent is not kept any more.")
    try:
        return row, vault.opened(work.ledger.keys, USE, sealed, id_).encode(ANY_BYTE)
    except InvalidTag:
        raise Refused("body_damaged", "What was sent cannot be opened: it is damaged.") from None


def mark_replayed(work: UnitOfWork, id_: str) -> None:
    """Record that a dead letter was taken after all, by whom."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        if rows.mark_replayed(change.rows, id_, work.actor.by.id, change.now):
            change.note("mail:dead-letters", MailReplayed(letter=id_))


def forget_old(ledger: Ledger) -> bool:
    """Forget what is older than anybody would bring or read again."""
    with ledger.database.write(Lane.MACHINES) as there:
        return rows.forget(there, ledger.clock() - KEPT)
