"""Whether mail may be sent to an address, and what it would do. Every reason against it sounds alike."""

from dataclasses import dataclass

from tocsin.access.policy import TOCSIN, Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.mail_in import rows
from tocsin.features.mail_in.commands.owners import Owner, owner_of
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.rows import AddressRow
from tocsin.features.mail_in.rules import addresses
from tocsin.features.mail_in.terms import Purpose
from tocsin.features.people.rules.secret import digest
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An address in use, and whose it is. `work` is theirs.

    `reference` is that of the incident it adds to; `secret` is empty where only its id is known.
    """

    row: AddressRow
    owner: Owner
    work: UnitOfWork
    secret: str
    reference: str

    @property
    def declares(self) -> bool:
        """Whether its mail declares an incident."""
        return self.row.purpose is Purpose.DECLARE


def known(ledger: Ledger, terms: MailTerms, address: str) -> Known:
    """An address in use. Refuses `unknown_mail_address` alike for every reason."""
    called = addresses.read(address, terms.domain)
    if called is None:
        raise unknown()
    with ledger.read() as there:
        row = rows.in_use(there, digest(called.secret))
    if row is None or row.purpose is not called.purpose:
        raise unknown()
    found = _known(ledger, row, called.secret)
    if found.reference != called.reference:
        raise unknown()
    return found


def known_by_id(ledger: Ledger, id_: str) -> Known:
    """An address in use by its id. Refuses `unknown_mail_address`."""
    with ledger.read() as there:
        row = rows.one_in_use(there, id_)
    if row is None:
        raise unknown()
    return _known(ledger, row, "")


def unknown() -> Refused:
    """The refusal of every address that takes no mail."""
    return Refused("unknown_mail_address", "There is no such address.")


def _known(ledger: Ledger, row: AddressRow, secret: str) -> Known:
    """Refuses unless its owner may do now what its mail does, and sees the incident it adds to."""
    with UnitOfWork(ledger, TOCSIN).look(Permission.SEE_PEOPLE) as look:
        owner = owner_of(look, row.owner_kind, row.owner)
    declares = row.purpose is Purpose.DECLARE
    needed = {Permission.RESPOND, Permission.DECLARE if declares else Permission.SEE_INCIDENTS}
    if owner is None or not needed <= owner.actor.may:
        raise unknown()
    work = UnitOfWork(ledger, owner.actor)
    reference = "" if row.incident is None else _reference(work, row.incident)
    return Known(row=row, owner=owner, work=work, secret=secret, reference=reference)


def _reference(work: UnitOfWork, incident: str) -> str:
    with work.look(Permission.SEE_INCIDENTS) as look:
        try:
            return look.load_versioned(INCIDENT, incident)[0].reference
        except Refused:
            raise unknown() from None
