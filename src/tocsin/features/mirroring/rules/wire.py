"""Silences as Alertmanager's API v2 writes and reads them: the bodies of what we ask. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import msgspec

from tocsin.features.mirroring.terms import AUTHOR, Told
from tocsin.features.silences.terms import Matcher, Op

EARLIER: Final = timedelta(minutes=1)
"""A silence is asked to begin a little earlier: a peer whose clock is behind holds it at once."""

MARK: Final = re.compile(r"\[tocsin ([0-9a-z]{26})\]")
"""How a silence of ours is known there, even where the peer's answer was lost."""

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(pattern="^[^\\x00]{1,200}$")]


class _Matcher(msgspec.Struct, frozen=True):
    name: str
    value: str
    is_regex: bool = msgspec.field(name="isRegex")
    is_equal: bool = msgspec.field(name="isEqual", default=True)


class _Status(msgspec.Struct, frozen=True):
    state: str


class _Silence(msgspec.Struct, frozen=True):
    id: Id
    status: _Status
    matchers: list[_Matcher]
    starts_at: Instant = msgspec.field(name="startsAt")
    ends_at: Instant = msgspec.field(name="endsAt")
    created_by: str = msgspec.field(name="createdBy", default="")
    comment: str = ""


class _Standing(msgspec.Struct, frozen=True):
    uptime: Instant


class _Alert(msgspec.Struct, frozen=True):
    fingerprint: str


class _Made(msgspec.Struct, frozen=True):
    silence: Id = msgspec.field(name="silenceID")


def wished(
    labels: Mapping[str, str],
    *,
    comment: str,
    starts_at: datetime,
    ends_at: datetime,
    silence: str | None = None,
) -> bytes:
    """The body that asks for a silence over exactly one label set."""
    body: dict[str, Any] = {
        "matchers": [
            {"name": name, "value": labels[name], "isRegex": False, "isEqual": True}
            for name in sorted(labels)
        ],
        "startsAt": starts_at,
        "endsAt": ends_at,
        "createdBy": AUTHOR,
        "comment": comment,
    }
    return msgspec.json.encode(body | ({"id": silence} if silence else {}))


def comment(mirrored: str, reference: str | None) -> str:
    """Why it is silent there; a restricted incident is not named."""
    what = f"{reference} is in hand." if reference else "Somebody has it in hand."
    return f"{what} [tocsin {mirrored}]"


def marked(words: str) -> str | None:
    """The silence of ours that a comment belongs to, or None."""
    found = MARK.search(words)
    return found.group(1) if found else None


def made(reply: bytes) -> str | None:
    """The id that a peer gave to a silence, or None where it answered something else."""
    try:
        return msgspec.json.decode(reply, type=_Made).silence or None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def told(reply: bytes) -> list[Told]:
    """The silences that a peer tells of. Raises `ValueError` where they cannot be read."""
    return [_told(one) for one in msgspec.json.decode(reply, type=list[_Silence])]


def started(reply: bytes) -> datetime:
    """Since when a peer runs, by its own clock. Raises `ValueError` as above."""
    return _in_utc(msgspec.json.decode(reply, type=_Standing).uptime)


def listed(reply: bytes) -> frozenset[str]:
    """The fingerprints of all alerts that a peer lists."""
    return frozenset(one.fingerprint for one in msgspec.json.decode(reply, type=list[_Alert]))


def _told(said: _Silence) -> Told:
    return Told(
        silence=said.id,
        is_over=said.status.state == "expired",
        matchers=tuple(_matcher(one) for one in said.matchers),
        starts_at=_in_utc(said.starts_at),
        ends_at=_in_utc(said.ends_at),
        created_by=said.created_by.replace("\0", ""),
        comment=said.comment.replace("\0", ""),
    )


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise msgspec.DecodeError("an instant before the year 1 or after the year 9999") from None


def _matcher(said: _Matcher) -> Matcher:
    if said.is_regex:
        op = Op.MATCHES if said.is_equal else Op.MATCHES_NOT
    else:
        op = Op.EQUAL if said.is_equal else Op.NOT_EQUAL
    return Matcher(name=said.name, op=op, value=said.value)
