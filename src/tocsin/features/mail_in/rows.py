"""Addresses as rows, which mail was taken, and dead letters, sealed. No secret of a declare address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, Connection, Integer, LargeBinary, Table, Text, func, select

from tocsin.features.mail_in.events import AddressEvent
from tocsin.features.mail_in.evolution import evolve
from tocsin.features.mail_in.state import MailAddress
from tocsin.features.mail_in.terms import OwnerKind, Purpose, WhyDead
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.storage.columns import METADATA, Instant

AT_ONCE: Final = 500

ADDRESSES: Final = state_table(
    "mail_address",
    Column("purpose", Text, nullable=False),
    Column("owner_kind", Text, nullable=False),
    Column("owner", Text, nullable=False, index=True),
    Column("incident", Text, index=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("is_revoked", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
)
TAKEN: Final = Table(
    "mail_taken",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
)
LETTERS: Final = Table(
    "mail_dead_letter",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed", LargeBinary),
    Column("replayed_at", Instant),
    Column("replayed_by", Text),
    info={"rows_at_once": 32},
)


def _columns(address: MailAddress) -> dict[str, Any]:
    return {
        "purpose": address.purpose.value,
        "owner_kind": address.owner_kind.value,
        "owner": address.owner,
        "incident": address.incident,
        "digest": address.digest,
        "is_revoked": address.is_revoked,
        "created_at": address.created_at,
        "created_by": address.created_by,
    }


MAIL_ADDRESS: Final = Aggregate[MailAddress, AddressEvent](
    "mail_address", MailAddress, evolve, ADDRESSES, _columns
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """One line of a list of addresses."""

    id: str
    purpose: Purpose
    owner_kind: OwnerKind
    owner: str
    incident: str | None
    is_revoked: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A mail that did nothing, and why. `is_kept` is False where it was too large to keep."""

    id: str
    at: datetime
    address: str
    why: WhyDead
    size: int
    is_kept: bool
    replayed_at: datetime | None
    replayed_by: str | None


SHOWN: Final = [ADDRESSES.c[name] for name in AddressRow.__dataclass_fields__]


def in_use(rows: Connection, digest: str) -> AddressRow | None:
    """The address behind a digest, unless it was revoked."""
    query = select(*SHOWN).where(ADDRESSES.c.digest == digest, ADDRESSES.c.is_revoked.is_(False))
    row = rows.execute(query).one_or_none()
    return None if row is None else _address(row)


def one_in_use(rows: Connection, id_: str) -> AddressRow | None:
    """An address by its id, unless it was revoked."""
    query = select(*SHOWN).where(ADDRESSES.c.id == id_, ADDRESSES.c.is_revoked.is_(False))
    row = rows.execute(query).one_or_none()
    return None if row is None else _address(row)


def to_declare(
    rows: Connection, *, owner: str | None = None, after: str | None = None, limit: int = 50
) -> list[AddressRow]:
    """The declare addresses in use after an id, of one owner or of all."""
    query = select(*SHOWN).where(
        ADDRESSES.c.purpose == Purpose.DECLARE.value, ADDRESSES.c.is_revoked.is_(False)
    )
    if owner is not None:
        query = query.where(ADDRESSES.c.owner == owner)
    if after is not None:
        query = query.where(ADDRESSES.c.id > after)
    return [_address(row) for row in rows.execute(query.order_by(ADDRESSES.c.id).limit(limit))]


def of_incident(rows: Connection, incident: str, owner: str) -> AddressRow | None:
    """The address in use of an owner for one incident."""
    query = select(*SHOWN).where(
        ADDRESSES.c.incident == incident,
        ADDRESSES.c.owner == owner,
        ADDRESSES.c.is_revoked.is_(False),
    )
    row = rows.execute(query.order_by(ADDRESSES.c.id).limit(1)).one_or_none()
    return None if row is None else _address(row)


def was_taken(rows: Connection, digest: str) -> bool:
    """Whether a mail was taken before."""
    return rows.scalar(select(TAKEN.c.digest).where(TAKEN.c.digest == digest)) is not None


def take(rows: Connection, digest: str, at: datetime) -> None:
    """Remember that a mail was taken."""
    rows.execute(TAKEN.insert().values(digest=digest, at=at))


def keep_letter(rows: Connection, row: LetterRow, sealed: bytes | None) -> None:
    """Keep a mail that did nothing."""
    said = {"id": row.id, "at": row.at, "address": row.address, "why": row.why.value}
    rows.execute(LETTERS.insert().values(**said, size=row.size, sealed=sealed))


def letters(rows: Connection, *, after: str | None = None, limit: int = 50) -> list[LetterRow]:
    """The dead letters that nobody replayed, newest first; after one of them."""
    query = select(LETTERS).where(LETTERS.c.replayed_at.is_(None))
    if after is not None:
        query = query.where(LETTERS.c.id < after)
    return [_letter(row) for row in rows.execute(query.order_by(LETTERS.c.id.desc()).limit(limit))]


def letter(rows: Connection, id_: str) -> tuple[LetterRow, bytes | None] | None:
    """A dead letter as it is kept, or None."""
    row = rows.execute(select(LETTERS).where(LETTERS.c.id == id_)).one_or_none()
    if row is None:
        return None
    return _letter(row), None if row.sealed is None else bytes(row.sealed)


def mark_replayed(rows: Connection, id_: str, by: str, at: datetime) -> bool:
    """Say that a dead letter was taken after all, and drop it; False where it was before."""
    there = (LETTERS.c.id == id_) & LETTERS.c.replayed_at.is_(None)
    changed = LETTERS.update().where(there)
    done = rows.execute(changed.values(replayed_at=at, replayed_by=by, sealed=None))
    return done.rowcount == 1


def waiting_letters(rows: Connection) -> int:
    """How many dead letters nobody has replayed."""
    query = select(func.count()).select_from(LETTERS).where(LETTERS.c.replayed_at.is_(None))
    return rows.scalar(query) or 0


def forget(rows: Connection, before: datetime) -> bool:
    """Forget some of what was taken or kept before an instant; True where there may be more."""
    forgotten = 0
    for table, key in ((TAKEN, TAKEN.c.digest), (LETTERS, LETTERS.c.id)):
        some = select(key).where(table.c.at < before).limit(AT_ONCE)
        forgotten = max(forgotten, rows.execute(table.delete().where(key.in_(some))).rowcount)
    return forgotten == AT_ONCE


def _address(row: Any) -> AddressRow:  # noqa: ANN401 - a row of SHOWN
    said: dict[str, Any] = dict(row._mapping)
    said["purpose"], said["owner_kind"] = Purpose(row.purpose), OwnerKind(row.owner_kind)
    return AddressRow(**said)


def _letter(row: Any) -> LetterRow:  # noqa: ANN401 - a row of LETTERS
    return LetterRow(
        id=row.id,
        at=row.at,
        address=row.address,
        why=WhyDead(row.why),
        size=row.size,
        is_kept=row.sealed is not None,
        replayed_at=row.replayed_at,
        replayed_by=row.replayed_by,
    )
