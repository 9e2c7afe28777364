"""API tokens: keys for programs. The secret is answered once; what is kept of it is a digest."""

from typing import Final

from tocsin.access.policy import Actor, Audience, Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.people import lifecycle
from tocsin.features.people.commands.sessions import not_signed_in
from tocsin.features.people.events import TokenCreated
from tocsin.features.people.rows import TOKEN, TokenRow
from tocsin.features.people.rows import tokens as token_rows
from tocsin.features.people.rows.audiences import audiences_of
from tocsin.features.people.rules.secret import digest
from tocsin.foundation.identifiers import new_id, new_secret
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger

PREFIX: Final = "toc"
LONGEST_NAME: Final = 100


def actor_of_token(ledger: Ledger, secret: str) -> Actor:
    """Whose token this is, as its row says now. Refuses `not_signed_in` alike for every reason."""
    with ledger.read() as rows:
        token = token_rows.in_use(rows, digest(secret))
        audiences = frozenset[Audience]() if token is None else audiences_of(rows, token.id)
    if token is None:
        raise not_signed_in()
    return holding(Role(token.role), By(id=token.id, kind="token"), None, audiences)


def tokens(work: UnitOfWork, *, after: str | None = None, limit: int = 50) -> list[TokenRow]:
    """The tokens after an id, without their secrets."""
    with work.look(Permission.MANAGE_PEOPLE) as look:
        return token_rows.tokens(look.rows, after=after, limit=limit)


def create_token(work: UnitOfWork, name: str, role: Role) -> str:
    """Make a token, and answer its secret, which nobody can look up again.

    A request repeated with its key is refused as `token_shown`: the secret is not there any more.
    """
    with work.change(Permission.MANAGE_PEOPLE) as change:
        if change.earlier is not None:
            raise Refused("token_shown", "This token was made, and its secret shown, before.")
        if not 1 <= len(name.strip()) <= LONGEST_NAME:
            raise Refused(
                "name_missing",
                phrase("Give the token a name of up to %(most)s signs.", most=LONGEST_NAME),
            )
        id_, secret = new_id(change.now), new_secret(PREFIX)
        created = TokenCreated(name=name.strip(), role=role, digest=digest(secret))
        change.record(TOKEN, id_, [created])
        change.concerns(id_)
        return secret


def revoke_token(work: UnitOfWork, token: str) -> None:
    """Make a token open nothing, from the next request on."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        if events := lifecycle.revoke(change.load(TOKEN, token)):
            change.record(TOKEN, token, events)
