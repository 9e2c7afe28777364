"""Addresses that declare: made and revoked by somebody for themselves, or by who manages people."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.mail_in import lifecycle, rows
from tocsin.features.mail_in.commands.owners import owner_of
from tocsin.features.mail_in.events import AddressCreated
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.rows import MAIL_ADDRESS, AddressRow
from tocsin.features.mail_in.rules import addresses
from tocsin.features.mail_in.terms import OwnerKind, Purpose
from tocsin.features.people.rows import names as people_names
from tocsin.features.people.rows import person_by_email, team_by_name
from tocsin.features.people.rules.secret import digest
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

OWN = Permission.SEE_PEOPLE
"""What everybody holds who may sign in: it opens one's own addresses, and no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new address, with the secret in it that nobody can look up again."""

    id: str
    address: str


def create(work: UnitOfWork, terms: MailTerms, kind: OwnerKind, owner: str) -> Made:
    """Make an address that declares as a person or a team. It is answered once; a digest is kept.

    Refuses `address_shown` for the same request again, `not_allowed` where its owner may not declare.
    """
    terms.must_be_on()
    is_own = kind is OwnerKind.PERSON and owner == work.actor.person
    with work.change(OWN if is_own else Permission.MANAGE_PEOPLE) as change:
        if change.earlier is not None:
            raise Refused("address_shown", "This address was made, and shown, before.")
        _must_declare(change, kind, owner)
        lifecycle.must_have_room(len(rows.to_declare(change.rows, owner=owner)))
        secret = addresses.secret_of(secrets.token_bytes(addresses.DECLARE_BYTES))
        id_ = new_id(change.now)
        event = AddressCreated(
            purpose=Purpose.DECLARE,
            owner_kind=kind,
            owner=owner,
            incident=None,
            digest=digest(secret),
        )
        change.record(MAIL_ADDRESS, id_, [event])
        change.concerns(id_)
        return Made(id=id_, address=addresses.to_declare(secret, terms.domain))


def create_for_team(work: UnitOfWork, terms: MailTerms, name: str) -> Made:
    """Make an address that declares as the team with a name. Refuses `unknown_team`."""
    with work.look(Permission.MANAGE_PEOPLE) as look:
        id_ = team_by_name(look.rows, name)
    if id_ is None:
        raise Refused("unknown_team", phrase("There is no team %(name)s.", name=name))
    return create(work, terms, OwnerKind.TEAM, id_)


def create_for_address(work: UnitOfWork, terms: MailTerms, email: str) -> Made:
    """Make an address that declares as the person with an e-mail address. Refuses `unknown_person`."""
    with work.look(Permission.MANAGE_PEOPLE) as look:
        person = person_by_email(look.rows, email)
    if person is None:
        raise Refused(
            "unknown_person", phrase("There is no person with the address %(email)s.", email=email)
        )
    return create(work, terms, OwnerKind.PERSON, person.id)


def listed(work: UnitOfWork, *, after: str | None = None, limit: int = 50) -> list[AddressRow]:
    """The declare addresses in use, after an id: whose they are, never what they are."""
    with work.look(Permission.MANAGE_PEOPLE) as look:
        return rows.to_declare(look.rows, after=after, limit=limit)


def names(work: UnitOfWork, ids: Collection[str]) -> dict[str, str]:
    """What owners are called."""
    with work.look(OWN) as look:
        return people_names(look.rows, ids)


def own(work: UnitOfWork) -> list[AddressRow]:
    """The declare addresses in use of whoever asks."""
    with work.look(OWN) as look:
        return rows.to_declare(look.rows, owner=work.actor.by.id)


def revoke(work: UnitOfWork, id_: str) -> None:
    """Have mail to an address refused, from the next one on. One's own, or who manages people any."""
    with work.change(OWN) as change:
        address = change.load(MAIL_ADDRESS, id_)
        if address.owner != work.actor.by.id and Permission.MANAGE_PEOPLE not in work.actor.may:
            raise Refused(
                "unknown_mail_address", phrase("There is no mail_address %(id)s.", id=id_)
            )
        if events := lifecycle.revoke(address):
            change.record(MAIL_ADDRESS, id_, events)


def _must_declare(change: WorkChange, kind: OwnerKind, owner: str) -> None:
    if kind is OwnerKind.TOKEN or (found := owner_of(change, kind, owner)) is None:
        raise Refused(
            "no_such_owner", "An address belongs to a person who is let in, or to a team."
        )
    for needed in (Permission.DECLARE, Permission.RESPOND):
        found.actor.must_be_allowed_to(needed)
