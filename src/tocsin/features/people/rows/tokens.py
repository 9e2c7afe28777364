"""Tokens as rows: the digest finds them, and tells nobody the secret."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Text, bindparam, select

from tocsin.features.people.events import TokenEvent
from tocsin.features.people.evolution import evolve_token
from tocsin.features.people.state import Token
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.storage.columns import Instant

TOKENS: Final = state_table(
    "token",
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("is_revoked", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
)


def _columns(token: Token) -> dict[str, Any]:
    return {
        "name": token.name,
        "role": token.role.value,
        "digest": token.digest,
        "is_revoked": token.is_revoked,
        "created_at": token.created_at,
        "created_by": token.created_by,
    }


TOKEN: Final = Aggregate[Token, TokenEvent]("token", Token, evolve_token, TOKENS, _columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """One line of the list of tokens."""

    id: str
    name: str
    role: str
    is_revoked: bool
    created_at: datetime
    created_by: str


SHOWN: Final = [TOKENS.c[name] for name in TokenRow.__dataclass_fields__]

IN_USE: Final = select(*SHOWN).where(
    TOKENS.c.digest == bindparam("sought"), TOKENS.c.is_revoked.is_(False)
)
"""Made once: it is asked with every request of a program."""


def tokens(rows: Connection, *, after: str | None, limit: int) -> list[TokenRow]:
    """The tokens after an id, in the order in which they were made."""
    query = select(*SHOWN).order_by(TOKENS.c.id).limit(limit)
    if after is not None:
        query = query.where(TOKENS.c.id > after)
    return [TokenRow(**row._mapping) for row in rows.execute(query)]


def in_use(rows: Connection, digest: str) -> TokenRow | None:
    """The token behind a digest, unless it was revoked."""
    row = rows.execute(IN_USE, {"sought": digest}).one_or_none()
    return None if row is None else TokenRow(**row._mapping)


def named(rows: Connection, name: str) -> list[str]:
    """The ids of the tokens in use that have a name."""
    query = select(TOKENS.c.id).where(TOKENS.c.name == name, TOKENS.c.is_revoked.is_(False))
    return list(rows.scalars(query.order_by(TOKENS.c.id)))
