"""Whose an address is: mail to it acts as them, with the rights that they have at that moment."""

from dataclasses import dataclass
from typing import Final, assert_never

from tocsin.access.policy import Actor, Role, holding
from tocsin.access.work import Look, WorkChange
from tocsin.features.mail_in.terms import OwnerKind
from tocsin.features.people.rows import PERSON, TEAM, TOKEN
from tocsin.ledger.entry import By
from tocsin.ledger.words import shown

BY_MAIL: Final = "mail"
"""Through what an owner acts, in every ledger line of theirs that a mail brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whoever an address belongs to, as they are known now. `team` is the name of one, if it is one."""

    actor: Actor
    name: str
    team: str | None = None


def owner_of(where: Look | WorkChange, kind: OwnerKind, id_: str) -> Owner | None:
    """The owner; None where they are not let in any more. A team may do what a responder may."""
    by = By(id=id_, kind=kind.value, through=BY_MAIL)
    match kind:
        case OwnerKind.PERSON:
            person = PERSON.read(where.rows, id_)
            if person is None or person[0].is_disabled:
                return None
            return Owner(actor=holding(person[0].role, by, id_), name=shown(person[0].name))
        case OwnerKind.TEAM:
            team = TEAM.read(where.rows, id_)
            if team is None:
                return None
            name = team[0].name
            actor = holding(Role.RESPONDER, by, None)
            return Owner(actor=actor, name=f"the team {name}", team=name)
        case OwnerKind.TOKEN:
            token = TOKEN.read(where.rows, id_)
            if token is None or token[0].is_revoked:
                return None
            return Owner(actor=holding(token[0].role, by, None), name=f"the token {token[0].name}")
        case _:
            assert_never(kind)
