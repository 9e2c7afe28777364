"""The address of one incident: everybody who may write has their own, and sees it whenever they ask.

Its secret follows from the keys and the address's id, so that it can be shown again and is kept nowhere.
"""

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.incidents.commands import Shown, find
from tocsin.features.mail_in import lifecycle, rows
from tocsin.features.mail_in.events import AddressCreated
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.rows import MAIL_ADDRESS
from tocsin.features.mail_in.rules import addresses
from tocsin.features.mail_in.state import MailAddress
from tocsin.features.mail_in.terms import OwnerKind, Purpose
from tocsin.features.people.rules.secret import digest
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.refusal import Refused
from tocsin.ledger import vault
from tocsin.ledger.keys import Keys

USE = "mail addresses"


def shown(work: UnitOfWork, terms: MailTerms, reference: str) -> str | None:
    """The address that adds to an incident as whoever asks; None where they have none yet."""
    terms.must_be_on()
    work.actor.must_be_allowed_to(Permission.RESPOND)
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = find(look, reference)
        address = rows.of_incident(look.rows, found.id, work.actor.by.id)
    if address is None:
        return None
    return _spelled(work.ledger.keys, terms, found, address.id)


def opened(work: UnitOfWork, terms: MailTerms, reference: str, *, anew: bool = False) -> str:
    """The address, made where there is none; `anew` revokes the one before."""
    terms.must_be_on()
    with work.change(Permission.RESPOND) as change:
        found = find(change, reference)
        address = rows.of_incident(change.rows, found.id, work.actor.by.id)
        if address is not None and (not anew or change.earlier is not None):
            return _spelled(work.ledger.keys, terms, found, address.id)
        if address is not None:
            change.record(MAIL_ADDRESS, address.id, lifecycle.revoke(_loaded(change, address.id)))
        id_ = _made(change, work.ledger.keys, found)
        change.concerns(found.incident.reference)
        return _spelled(work.ledger.keys, terms, found, id_)


def closed(work: UnitOfWork, reference: str) -> None:
    """Refuse mail to one's own address of an incident, from the next one on."""
    with work.change(Permission.RESPOND) as change:
        found = find(change, reference)
        address = rows.of_incident(change.rows, found.id, work.actor.by.id)
        if address is not None:
            change.record(MAIL_ADDRESS, address.id, lifecycle.revoke(_loaded(change, address.id)))


def _loaded(change: WorkChange, id_: str) -> MailAddress:
    return change.load(MAIL_ADDRESS, id_)


def _made(change: WorkChange, keys: Keys, found: Shown) -> str:
    by = change.actor.by
    if by.kind not in {OwnerKind.PERSON, OwnerKind.TOKEN}:
        raise Refused("no_such_owner", "An address belongs to a person, or to a token.")
    id_ = new_id(change.now)
    event = AddressCreated(
        purpose=Purpose.INCIDENT,
        owner_kind=OwnerKind(by.kind),
        owner=by.id,
        incident=found.id,
        digest=digest(_secret(keys, id_)),
    )
    change.record(MAIL_ADDRESS, id_, [event])
    return id_


def _secret(keys: Keys, id_: str) -> str:
    return addresses.derived_secret(vault.derived(keys, USE), id_)


def _spelled(keys: Keys, terms: MailTerms, found: Shown, id_: str) -> str:
    reference = found.incident.reference
    return addresses.to_incident(reference, _secret(keys, id_), terms.domain)
