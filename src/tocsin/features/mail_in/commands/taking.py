"""Takes a mail in: the note, the incident and every file in one change, or nothing of it.

A mail that is brought again, because nobody heard us say that we have it, changes nothing.
"""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.commands import About, Judged
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.mail_in import rows
from tocsin.features.mail_in.commands import letters
from tocsin.features.mail_in.commands.knowing import Known, known, known_by_id
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.rules import reading, redacting, wording
from tocsin.features.mail_in.rules.automatic import is_dead
from tocsin.features.mail_in.rules.reading import Mail
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text

WHOLE = "mail.eml"
BLACKED = "A secret address in it was blacked out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A mail as it was brought: the envelope's sender and one recipient, and its bytes."""

    sender: str
    recipient: str
    raw: bytes


def take(ledger: Ledger, terms: MailTerms, brought: Brought) -> None:
    """Take a mail in. When this returns, all of it is on disk.

    Refuses `unknown_mail_address`, `bad_mail`, `body_too_large`, `too_much_evidence`.
    """
    it = known(ledger, terms, brought.recipient)
    digest = _digest(it, brought.raw)
    with ledger.read() as there:
        if rows.was_taken(there, digest):
            return
    mail = reading.read(brought.raw, brought.sender, terms.own_sender)
    if mail.why_dead is not None and is_dead(mail.why_dead, it.row.purpose):
        letters.keep(ledger, it, brought.raw, mail.why_dead, digest)
    else:
        make_part_of_the_record(it, terms, mail, brought.raw, digest)


def make_part_of_the_record(
    it: Known, terms: MailTerms, mail: Mail, raw: bytes, digest: str
) -> None:
    """Make a mail part of the record."""
    with _judged(it.work, terms, _files(it, mail, raw)) as files:
        permission = Permission.DECLARE if it.declares else Permission.RESPOND
        with it.work.change(permission) as change:
            if rows.was_taken(change.rows, digest):
                return
            reference = _declared(change, it, mail) if it.declares else it.reference
            note = wording.note(mail, it.owner.name, it.secret, with_subject=not it.declares)
            incidents.note_in(change, reference, Noted(kind=NoteKind.NOTE, text=Text(note)))
            for file in files:
                evidence.attach_in(change, terms.evidence, reference, file)
            rows.take(change.rows, digest, change.now)


def _declared(change: WorkChange, it: Known, mail: Mail) -> str:
    title = wording.title(mail, it.secret)
    said = Declaration(title=title, team=it.owner.team)
    return incidents.declare_in(change, said).incident.reference


def _files(it: Known, mail: Mail, raw: bytes) -> list[tuple[About, bytes]]:
    """What becomes evidence: the whole mail, then what is enclosed; the secrets blacked out."""
    secret = it.secret
    whole = About(name=WHOLE, description="The whole mail. Secret addresses are blacked out.")
    made = [(whole, redacting.mail(raw, secret))]
    for file in mail.files:
        bare = redacting.content(file.content, secret)
        said = None if bare == file.content else BLACKED
        made.append((About(name=redacting.text(file.name, secret), description=said), bare))
    return made


@contextmanager
def _judged(
    work: UnitOfWork, terms: MailTerms, files: Sequence[tuple[About, bytes]]
) -> Generator[list[Judged]]:
    """The files, sealed on disk and scanned, for as long as the block lasts: what it keeps, stays."""
    desk = evidence.Desk(work.ledger, "", terms.evidence.limits.file_bytes)
    made: list[Judged] = []
    try:
        for about, content in files:
            filed = desk.whole(content)
            made.append(evidence.judge(work.ledger, terms.evidence, filed, about))
        yield made
    finally:
        for one in made:
            desk.drop(one.filed.id)


def _digest(it: Known, raw: bytes) -> str:
    """What makes a mail the same when it is brought again: its address, its id and all that it says."""
    whole = hashlib.sha256(reading.body_of(raw)).hexdigest()
    parts = [it.row.id, *reading.identity(raw), whole]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def take_letter(work: UnitOfWork, terms: MailTerms, id_: str) -> None:
    """Take a dead letter as if a person had written it: it acts as the owner of its address.

    Refuses `unknown_dead_letter`, `already_replayed`, `body_erased`, `unknown_mail_address`.
    """
    letter, raw = letters.opened(work, id_)
    it = known_by_id(work.ledger, letter.address)
    mail = reading.read(raw, "", "")
    make_part_of_the_record(it, terms, mail, raw, f"dead letter {id_}")
    letters.mark_replayed(work, id_)
