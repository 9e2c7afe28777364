"""The shapes of Alertmanager's API v2, exactly as its own answers have them."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.silences.commands import Seen
from tocsin.features.silences.lifecycle import Wish
from tocsin.features.silences.rows import Kept
from tocsin.features.silences.terms import Matcher, Op
from tocsin.foundation.refusal import Refused
from tocsin.foundation.strict_json import strict_json
from tocsin.ledger import words

RECEIVER: Final = "tocsin"
RESOLVE_TIMEOUT: Final = timedelta(minutes=5)
"""An alert whose sender named no end is shown as firing for so long yet, as upstream does."""

FINGERPRINT: Final = re.compile("[0-9a-f]{16}")

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class _Matcher(msgspec.Struct, frozen=True):
    name: str
    value: str
    is_regex: bool = msgspec.field(name="isRegex")
    is_equal: bool = msgspec.field(name="isEqual", default=True)


class _Silence(msgspec.Struct, frozen=True):
    matchers: list[_Matcher]
    starts_at: Instant = msgspec.field(name="startsAt")
    ends_at: Instant = msgspec.field(name="endsAt")
    created_by: str = msgspec.field(name="createdBy")
    comment: str
    id: str = ""


def wished(body: bytes) -> tuple[str, Wish]:
    """The silence that a request asks for, and the id of the one it shall replace or an empty word.

    Refuses `bad_json…`, `field_missing` and `bad_parameter`.
    """
    try:
        said = msgspec.convert(strict_json(body), _Silence)
    except msgspec.ValidationError as error:
        code = "field_missing" if "missing required" in str(error) else "bad_parameter"
        raise Refused(code, f"validation failure list:\n{error}") from None
    wish = Wish(
        matchers=tuple(_matcher(one) for one in said.matchers),
        starts_at=_in_utc(said.starts_at),
        ends_at=_in_utc(said.ends_at),
        created_by=said.created_by,
        comment=said.comment,
    )
    return said.id, wish


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        sentence = "an instant lies before the year 1 or after the year 9999"
        raise Refused("bad_parameter", sentence) from None


def identifier(written: str) -> str:
    """The id of a silence, which is a UUID. Refuses `bad_parameter`."""
    try:
        return str(UUID(written))
    except ValueError:
        sentence = f'silenceID in path must be of type uuid: "{written[:80]}"'
        raise Refused("bad_parameter", sentence) from None


def silence(kept: Kept, now: datetime) -> dict[str, Any]:
    """A silence as it is answered."""
    held = kept.silence
    return {
        "id": kept.id,
        "status": {"state": held.at(now).value},
        "updatedAt": spelled(held.updated_at),
        "comment": words.shown(held.comment),
        "createdBy": words.shown(held.created_by),
        "endsAt": spelled(held.ends_at),
        "matchers": [
            {
                "isEqual": one.op in (Op.EQUAL, Op.MATCHES),
                "isRegex": one.op in (Op.MATCHES, Op.MATCHES_NOT),
                "name": one.name,
                "value": one.value,
            }
            for one in held.matchers
        ],
        "startsAt": spelled(held.starts_at),
    }


def alert(seen: Seen, now: datetime) -> dict[str, Any]:
    """An alert as it is answered. Nothing is inhibited here: correlation is another matter."""
    found = seen.alert
    return {
        "annotations": found.annotations,
        "endsAt": spelled(found.ends_at or now + RESOLVE_TIMEOUT),
        "fingerprint": fingerprint(found),
        "receivers": [{"name": RECEIVER}],
        "startsAt": spelled(found.starts_at),
        "status": {
            "inhibitedBy": [],
            "silencedBy": [kept.id for kept in seen.silences],
            "state": "suppressed" if seen.silences else "active",
        },
        "updatedAt": spelled(found.changed_at),
        "generatorURL": found.link or "",
        "labels": found.labels,
    }


def fingerprint(found: Occurrence) -> str:
    """The key where it is a fingerprint, else one of its own, of the same form."""
    if FINGERPRINT.fullmatch(found.key):
        return found.key
    return blake2b(f"{found.source}\0{found.key}".encode(), digest_size=8).hexdigest()


def spelled(instant: datetime) -> str:
    """An instant with milliseconds, as strfmt writes it."""
    whole = instant.astimezone(UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{whole.microsecond // 1000:03}Z"


def _matcher(said: _Matcher) -> Matcher:
    if said.is_regex:
        op = Op.MATCHES if said.is_equal else Op.MATCHES_NOT
    else:
        op = Op.EQUAL if said.is_equal else Op.NOT_EQUAL
    return Matcher(name=said.name, op=op, value=said.value)
