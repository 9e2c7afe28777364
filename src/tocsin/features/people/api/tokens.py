"""Tokens for programs. A secret is shown once, when it is made."""

from dataclasses import dataclass
from typing import Final

from litestar import Response, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, JSONBody

from tocsin.access.policy import Role
from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.features.people import commands
from tocsin.features.people.api import asked
from tocsin.features.people.rows import TokenRow

LISTING: Final = "tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPage:
    """A page of the list of tokens."""

    items: list[TokenRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTokenShown:
    """A new token, with the secret that nobody can look up again."""

    id: str
    name: str
    role: Role
    secret: str


@get("/", sync_to_thread=True, operation_id="listTokens")
def index(work: Given[UnitOfWork], cursor: Cursor = None, limit: Limit = USUAL_PAGE) -> TokenPage:
    """List tokens, without their secrets, in the order in which they were made."""
    seal = seal_of(work)
    found = commands.tokens(work, after=opened(seal, LISTING, cursor, str), limit=limit + 1)
    following = closed(seal, LISTING, found[limit - 1].id) if len(found) > limit else None
    return TokenPage(items=found[:limit], next=following)


@post("/", sync_to_thread=True, operation_id="createToken")
def create(work: Given[UnitOfWork], data: JSONBody[asked.NewToken]) -> Response[NewTokenShown]:
    """Make a token."""
    secret = commands.create_token(work, data.name, data.role)
    id_ = commands.actor_of_token(work.ledger, secret).by.id
    made = NewTokenShown(id=id_, name=data.name.strip(), role=data.role, secret=secret)
    return Response(made, status_code=201, headers={"cache-control": "no-store"})


@delete("/{token:str}", status_code=204, sync_to_thread=True)
def revoke(work: Given[UnitOfWork], token: FromPath[str]) -> None:
    """Make a token open nothing, from the next request on."""
    commands.revoke_token(work, token)


HANDLERS: Final = [index, create, revoke]
