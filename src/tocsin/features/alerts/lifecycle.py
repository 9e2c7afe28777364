"""Decides what follows from what is asked about a source. Pure."""

from typing import Final
from urllib.parse import urlsplit

from tocsin.features.alerts.events import (
    SourceChanged,
    SourceCreated,
    SourceEvent,
    SourceKeyReplaced,
    SourceRetired,
)
from tocsin.features.alerts.state import Source
from tocsin.features.alerts.terms import USUAL_RATE, SourceKind
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

MAX_NAME: Final = 100
MAX_RATE: Final = 10_000_000

Decision = list[SourceEvent]


def create(*, name: str, kind: SourceKind, key_digest: str, peer_url: str | None) -> Decision:
    """Let a monitor send signals."""
    created = SourceCreated(
        name=_good_name(name),
        kind=kind,
        key_digest=key_digest,
        peer_url=_good_url(peer_url),
        rate=USUAL_RATE,
    )
    return [created]


def replace_key(source: Source, *, key_digest: str) -> Decision:
    """Give a source another key."""
    _must_be_there(source)
    return [SourceKeyReplaced(key_digest=key_digest)]


def change(source: Source, *, name: str, peer_url: str | None, rate: int) -> Decision:
    """Call a source otherwise, place its peer elsewhere, or let it send more or less."""
    _must_be_there(source)
    if not 1 <= rate <= MAX_RATE:
        raise Refused(
            "bad_rate",
            phrase("The rate is from 1 to %(most)s signals a second.", most=f"{MAX_RATE:,}"),
        )
    changed = SourceChanged(name=_good_name(name), peer_url=_good_url(peer_url), rate=rate)
    is_same = (source.name, source.peer_url, source.rate) == (
        changed.name,
        changed.peer_url,
        changed.rate,
    )
    return [] if is_same else [changed]


def retire(source: Source) -> Decision:
    """Let a source send nothing any more."""
    return [] if source.is_retired else [SourceRetired()]


def _must_be_there(source: Source) -> None:
    if source.is_retired:
        raise Refused("source_retired", phrase("The source %(name)s is retired.", name=source.name))


def _good_name(name: str) -> str:
    good = " ".join(name.split())
    if not good:
        raise Refused("name_missing", "Give the source a name.")
    if len(good) > MAX_NAME:
        raise Refused("bad_name", phrase("A name has at most %(most)s characters.", most=MAX_NAME))
    return good


def _good_url(url: str | None) -> str | None:
    if not url or not url.strip():
        return None
    try:
        parts = urlsplit(url.strip())
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_good = False
        parts = urlsplit("")
    if not is_good or parts.username or parts.password:
        sentence = "The peer's address begins with http:// or https:// and holds no password."
        raise Refused("bad_peer_url", sentence)
    return url.strip().rstrip("/")
