"""Bodies that are kept sealed: what brought something new, and what could not be read.

One key for each source and day, wrapped by the ledger's key-encryption key: without its row, all bodies
of that source and day are gone for good.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from tocsin.features.alerts.port import Signal
from tocsin.features.alerts.rows.tables import CHANGE_EVENTS, DEAD_LETTERS, SIGNAL_KEYS, SIGNALS
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.refusal import Refused

NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What could not be read, or not all of it. `has_body` is False where it was too large to keep."""

    id: str
    at: datetime
    source: str
    path: str
    code: str
    sentence: str
    has_body: bool
    replayed_at: datetime | None
    replayed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTold:
    """A change that was made somewhere, as a monitor or a pipeline told of it."""

    id: str
    at: datetime
    occurred_at: datetime
    source: str
    title: str
    labels: dict[str, str]
    annotations: dict[str, str]
    link: str | None


class Seals:
    """Seals bodies in one transaction: it opens or makes each key of a source and day once."""

    def __init__(self, rows: Connection, encryption_key: bytes) -> None:
        self._rows = rows
        self._encryption_key = encryption_key
        self._keys: dict[tuple[str, str], bytes] = {}

    def seal(self, body: bytes, *, source: str, day: str, place: str) -> bytes:
        """The body sealed for its place (the id of its row); it opens nowhere else."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._key(source, day)).encrypt(nonce, body, place.encode())

    def _key(self, source: str, day: str) -> bytes:
        key = self._keys.get((source, day))
        if key is None:
            key = self._keys[source, day] = self._kept_key(source, day)
        return key

    def _kept_key(self, source: str, day: str) -> bytes:
        kept = wrapped_key(self._rows, source, day)
        if kept is None:
            wrapped = aes_key_wrap(self._encryption_key, AESGCM.generate_key(256))
            made = {"source": source, "day": day, "wrapped_key": wrapped}
            insert = sqlite_insert if self._rows.dialect.name == "sqlite" else postgresql_insert
            self._rows.execute(insert(SIGNAL_KEYS).values(made).on_conflict_do_nothing())
            kept = wrapped_key(self._rows, source, day)
            assert kept is not None, "it was just made, here or elsewhere"
        return aes_key_unwrap(self._encryption_key, kept)


def wrapped_key(rows: Connection, source: str, day: str) -> bytes | None:
    """The key of a source and day as it is kept, or None."""
    query = select(SIGNAL_KEYS.c.wrapped_key).where(
        SIGNAL_KEYS.c.source == source, SIGNAL_KEYS.c.day == day
    )
    kept = rows.scalar(query)
    return None if kept is None else bytes(kept)


def opened(rows: Connection, encryption_key: bytes, kept: Any) -> bytes:  # noqa: ANN401 - a row with `sealed`
    """The body in a row. Refuses `body_erased` where its key is gone."""
    wrapped = wrapped_key(rows, kept.source, kept.day)
    if wrapped is None or kept.sealed is None:
        raise Refused("body_erased", "What was sent is not kept any more.")
    sealed = bytes(kept.sealed)
    key = AESGCM(aes_key_unwrap(encryption_key, wrapped))
    try:
        return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], str(kept.id).encode())
    except InvalidTag:
        raise Refused("body_damaged", "What was sent cannot be opened: it is damaged.") from None


def signal_body(rows: Connection, encryption_key: bytes, id: str) -> bytes:
    """The body of a kept signal. Refuses `unknown_signal`, `body_erased`."""
    kept = rows.execute(select(SIGNALS).where(SIGNALS.c.id == id)).one_or_none()
    if kept is None:
        raise Refused("unknown_signal", "There is no such signal.")
    return opened(rows, encryption_key, kept)


LETTER: Final = [
    *(DEAD_LETTERS.c[name] for name in DeadLetter.__dataclass_fields__ if name in DEAD_LETTERS.c),
    DEAD_LETTERS.c.sealed.is_not(None).label("has_body"),
]


def _letter(row: Any) -> DeadLetter:  # noqa: ANN401 - a row of LETTER
    said: dict[str, Any] = dict(row._mapping)
    said["has_body"] = bool(row.has_body)
    return DeadLetter(**{name: said[name] for name in DeadLetter.__dataclass_fields__})


def dead_letters(
    rows: Connection, *, waiting_only: bool = True, after: str | None = None, limit: int = 50
) -> list[DeadLetter]:
    """What could not be read, newest first. `after` is the id of the last of the page before."""
    query = select(*LETTER).order_by(DEAD_LETTERS.c.id.desc()).limit(limit)
    if waiting_only:
        query = query.where(DEAD_LETTERS.c.replayed_at.is_(None))
    if after is not None:
        query = query.where(DEAD_LETTERS.c.id < after)
    return [_letter(row) for row in rows.execute(query)]


def waiting_letters(rows: Connection) -> int:
    """How many dead letters nobody has replayed."""
    waiting = DEAD_LETTERS.c.replayed_at.is_(None)
    query = select(func.count()).select_from(DEAD_LETTERS).where(waiting)
    return rows.scalar(query) or 0


def dead_letter(
    rows: Connection,
    encryption_key: bytes,
    id: str,
) -> tuple[DeadLetter, bytes]:
    """A dead letter and its body. Refuses `unknown_dead_letter`, `body_erased`."""
    query = select(*LETTER, DEAD_LETTERS.c.day, DEAD_LETTERS.c.sealed)
    row = rows.execute(query.where(DEAD_LETTERS.c.id == id)).one_or_none()
    if row is None:
        raise Refused("unknown_dead_letter", "There is no such dead letter.")
    return _letter(row), opened(rows, encryption_key, row)


def mark_replayed(rows: Connection, id: str, by: str, at: datetime) -> None:
    """Say that a dead letter was read after all."""
    changed = DEAD_LETTERS.update().where(DEAD_LETTERS.c.id == id)
    rows.execute(changed.values(replayed_at=at, replayed_by=by))


def keep_change(rows: Connection, source: str, told: Sequence[Signal], at: datetime) -> None:
    """Keep what was told of changes made."""
    made = [
        {
            "id": new_id(at),
            "at": at,
            "occurred_at": change.starts_at,
            "source": source,
            "title": change.title,
            "labels": msgspec.json.encode(change.labels, order="sorted").decode(),
            "annotations": msgspec.json.encode(change.annotations, order="sorted").decode(),
            "link": change.link,
        }
        for change in told
    ]
    rows.execute(CHANGE_EVENTS.insert(), made)


def changes(
    rows: Connection, since: datetime, until: datetime, limit: int = 200
) -> list[ChangeTold]:
    """The changes made in a span of time, newest first."""
    query = (
        select(CHANGE_EVENTS)
        .where(CHANGE_EVENTS.c.occurred_at.between(since, until))
        .order_by(CHANGE_EVENTS.c.occurred_at.desc(), CHANGE_EVENTS.c.id)
        .limit(limit)
    )
    found: list[ChangeTold] = []
    for row in rows.execute(query):
        said = dict(row._mapping)
        for name in ("labels", "annotations"):
            said[name] = msgspec.json.decode(said[name], type=dict[str, str])
        found.append(ChangeTold(**said))
    return found


def keep_signals(rows: Connection, kept: Sequence[dict[str, Any]]) -> None:
    """Keep sealed bodies that brought something new."""
    if kept:
        rows.execute(SIGNALS.insert(), list(kept))


def keep_letters(rows: Connection, letters: Sequence[dict[str, Any]]) -> None:
    """Keep what could not be read."""
    if letters:
        rows.execute(DEAD_LETTERS.insert(), list(letters))
