"""Addresses that take mail in, and mail that nobody wrote, over HTTP."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from tocsin.access.work import UnitOfWork
from tocsin.api.cursor import USUAL_PAGE, Cursor, Limit, closed, opened
from tocsin.api.sealed import seal_of
from tocsin.api.setting import PRIVATE
from tocsin.features.mail_in import commands
from tocsin.features.mail_in.port import MailTerms
from tocsin.features.mail_in.rows import AddressRow, LetterRow
from tocsin.features.mail_in.rules.automatic import SENTENCES
from tocsin.features.mail_in.terms import OwnerKind, WhyDead
from tocsin.foundation.refusal import Refused

ADDRESSES: Final = "mail addresses"
LETTERS: Final = "mail dead letters"
NO_STORE: Final = {"cache-control": "no-store"}

Name = Annotated[str, Field(min_length=1, max_length=200)]


class NewMailAddress(BaseModel):
    """Whose address to make: a person by id, or a team by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Name | None = None
    team: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddressShown:
    """An address that declares, by its id: whose it is, never what it is."""

    id: str
    owner: str
    owner_kind: OwnerKind
    owner_name: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddressPage:
    """A page of the list of addresses that declare."""

    items: list[MailAddressShown]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMailAddressShown:
    """A new address that declares. Nobody can look it up again."""

    id: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMailAddressShown:
    """One's own address that adds to an incident; null where none was made yet."""

    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDeadLetterShown:
    """A mail that did nothing, and why. `is_kept` is false where it was too large to keep."""

    id: str
    at: datetime
    address: str
    why: WhyDead
    reason: str
    size: int
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDeadLetterPage:
    """A page of the dead letters that nobody replayed, newest first."""

    items: list[MailDeadLetterShown]
    next: str | None


@get("/mail-addresses", sync_to_thread=True, operation_id="listMailAddresses")
def index(
    work: Given[UnitOfWork], cursor: Cursor = None, limit: Limit = USUAL_PAGE
) -> MailAddressPage:
    """List the addresses in use that declare."""
    seal = seal_of(work)
    after = opened(seal, ADDRESSES, cursor, str)
    found = commands.listed(work, after=after, limit=limit + 1)
    following = closed(seal, ADDRESSES, found[limit - 1].id) if len(found) > limit else None
    called = commands.names(work, [row.owner for row in found])
    return MailAddressPage(items=[_shown(row, called) for row in found[:limit]], next=following)


@post("/mail-addresses", sync_to_thread=True, operation_id="createMailAddress")
def create(
    work: Given[UnitOfWork], mail_terms: Given[MailTerms], data: JSONBody[NewMailAddress]
) -> Response[NewMailAddressShown]:
    """Make an address that declares incidents as a person or as a team."""
    made = _made(work, mail_terms, data)
    shown = NewMailAddressShown(id=made.id, address=made.address)
    return Response(shown, status_code=201, headers=NO_STORE)


@delete("/mail-addresses/{address:str}", status_code=204, sync_to_thread=True)
def revoke(work: Given[UnitOfWork], address: FromPath[str]) -> None:
    """Have mail to an address refused, from the next one on."""
    commands.revoke(work, address)


@get(
    "/incidents/{reference:str}/mail-address",
    sync_to_thread=True,
    operation_id="getIncidentMailAddress",
)
def of_incident(
    work: Given[UnitOfWork], mail_terms: Given[MailTerms], reference: FromPath[str]
) -> Response[IncidentMailAddressShown]:
    """Show one's own address that adds to an incident."""
    address = commands.shown(work, mail_terms, reference)
    return Response(IncidentMailAddressShown(address=address), headers=PRIVATE)


@post(
    "/incidents/{reference:str}/mail-address",
    sync_to_thread=True,
    operation_id="openIncidentMailAddress",
)
def open_for_incident(
    work: Given[UnitOfWork],
    mail_terms: Given[MailTerms],
    reference: FromPath[str],
    anew: FromQuery[bool] = False,  # noqa: FBT002 - a parameter of the address
) -> Response[IncidentMailAddressShown]:
    """Make one's own address that adds to an incident; `?anew=true` revokes the one before."""
    address = commands.opened(work, mail_terms, reference, anew=anew)
    return Response(IncidentMailAddressShown(address=address), status_code=201, headers=NO_STORE)


@delete(
    "/incidents/{reference:str}/mail-address",
    status_code=204,
    sync_to_thread=True,
    operation_id="closeIncidentMailAddress",
)
def close_for_incident(work: Given[UnitOfWork], reference: FromPath[str]) -> None:
    """Have mail to one's own address of an incident refused."""
    commands.closed(work, reference)


@get("/mail-dead-letters", sync_to_thread=True, operation_id="listMailDeadLetters")
def letters(
    work: Given[UnitOfWork], cursor: Cursor = None, limit: Limit = USUAL_PAGE
) -> MailDeadLetterPage:
    """List mail that nobody wrote and that did nothing: automatic replies, bounces, lists."""
    seal = seal_of(work)
    found = commands.waiting(work, after=opened(seal, LETTERS, cursor, str), limit=limit + 1)
    following = closed(seal, LETTERS, found[limit - 1].id) if len(found) > limit else None
    return MailDeadLetterPage(items=[_letter(row) for row in found[:limit]], next=following)


@post(
    "/mail-dead-letters/{letter:str}/replay",
    sync_to_thread=True,
    status_code=204,
    operation_id="replayMailDeadLetter",
)
def replay(work: Given[UnitOfWork], mail_terms: Given[MailTerms], letter: FromPath[str]) -> None:
    """Take a dead letter as if a person had written it."""
    commands.take_letter(work, mail_terms, letter)


def _made(work: UnitOfWork, terms: MailTerms, asked: NewMailAddress) -> commands.Made:
    match asked.person, asked.team:
        case (str(person), None):
            return commands.create(work, terms, OwnerKind.PERSON, person)
        case (None, str(team)):
            return commands.create_for_team(work, terms, team)
        case _:
            raise Refused("owner_missing", "Say whose it is: a person, or a team.")


def _shown(row: AddressRow, called: dict[str, str]) -> MailAddressShown:
    return MailAddressShown(
        id=row.id,
        owner=row.owner,
        owner_kind=row.owner_kind,
        owner_name=called.get(row.owner, row.owner),
        created_at=row.created_at,
        created_by=row.created_by,
    )


def _letter(row: LetterRow) -> MailDeadLetterShown:
    return MailDeadLetterShown(
        id=row.id,
        at=row.at,
        address=row.address,
        why=row.why,
        reason=str(SENTENCES[row.why]),
        size=row.size,
        is_kept=row.is_kept,
    )


ROUTER: Final = Router(
    "/api/v1",
    route_handlers=[
        index,
        create,
        revoke,
        of_incident,
        open_for_incident,
        close_for_incident,
        letters,
        replay,
    ],
    tags=["Mail in"],
)
