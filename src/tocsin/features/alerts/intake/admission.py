"""Who may send, and how much: keys of sources, API tokens, and a rate for each source.

Sources are remembered by the digest of their key until anything is recorded in the ledger, or the
generation moves: a retired key stops at once, in every process.
"""

import math
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from threading import Event
from typing import Final

from sqlalchemy import Connection

from tocsin.access.policy import Actor, Permission
from tocsin.features.alerts import rows as tables
from tocsin.features.alerts.intake.request import Door, Request
from tocsin.features.alerts.rows.sources import API, SourceRow
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger

BURST_SECONDS: Final = 10
"""So many seconds' worth of signals may come at once."""

ActorOfToken = Callable[[str], Actor]


LETTER_BYTES: Final = 200_000
"""So many bytes a second of what cannot be read are kept of one source: nobody fills the disk."""


class Bucket:
    """What a source may still send. It may fall below nothing by one request, and then waits it out."""

    __slots__ = ("at", "left", "rate")

    def __init__(self, rate: int, now: datetime) -> None:
        self.rate = rate
        self.left = float(rate * BURST_SECONDS)
        self.at = now

    def must_not_be_empty(self, now: datetime, what: str) -> None:
        """Refuse `rate_limited` where the source has sent too much."""
        passed = max(0.0, (now - self.at).total_seconds())
        self.left = min(self.left + passed * self.rate, float(self.rate * BURST_SECONDS))
        self.at = now
        if self.left < 0:
            seconds = max(1, math.ceil(-self.left / self.rate))
            sentence = phrase(
                "This source may send %(rate)s %(what)s a second; it has sent more.",
                rate=f"{self.rate:,}",
                what=what,
            )
            raise Refused("rate_limited", sentence, retry_after_seconds=seconds)


class Admission:
    """Finds the source of a request. Used by the writer's thread alone, but for `stale`."""

    def __init__(self, ledger: Ledger, actor_of_token: ActorOfToken) -> None:
        self._ledger = ledger
        self._actor_of_token = actor_of_token
        self._by_digest: dict[str, SourceRow] = {}
        self._by_id: dict[str, SourceRow] = {}
        self._tokens: set[str] = set()
        self._buckets: dict[str, Bucket] = {}
        self._letters: dict[str, Bucket] = {}
        self._stale = Event()
        self._stale.set()
        ledger.listeners.append(self._stale.set)

    def refresh_if_stale(self) -> None:
        """Read the sources again where something was recorded since."""
        if self._stale.is_set():
            with self._ledger.read() as rows:
                self.refresh(rows)

    def refresh(self, rows: Connection) -> bool:
        """Read the sources again; whether any is not what it was."""
        self._stale.clear()
        found = {source.id: source for source in tables.sources(rows)}
        found[API.id] = API
        changed = found != self._by_id
        self._tokens.clear()
        self._by_id = found
        self._by_digest = {source.key_digest: source for source in found.values()}
        return changed

    def source_of(self, request: Request) -> SourceRow:
        """The source that a request is from. Refuses `not_signed_in`, `not_allowed`."""
        if request.source is not None and request.source in self._by_id:
            return self._by_id[request.source]
        secret = request.secret
        if not secret:
            raise Refused("not_signed_in", "Send the key of a source, or an API token.")
        digest = sha256(secret.encode()).hexdigest()
        source = self._by_digest.get(digest)
        if source is not None:
            return source
        if request.door is Door.POSTED and self._is_token(secret, digest):
            return API
        return self._looked_up(digest)

    def spend(self, source: SourceRow, signals: int) -> None:
        """Count what was accepted."""
        self._buckets[source.id].left -= signals

    def must_be_within_rate(self, source: SourceRow, now: datetime) -> None:
        """Refuse `rate_limited` before anything is accepted."""
        bucket = self._buckets.get(source.id)
        if bucket is None or bucket.rate != source.rate:
            bucket = self._buckets[source.id] = Bucket(source.rate, now)
        bucket.must_not_be_empty(now, "signals")

    def keep_letter(self, source: SourceRow, size: int, now: datetime) -> None:
        """Count what cannot be read and is kept. Refuses `rate_limited` before it is."""
        bucket = self._letters.setdefault(source.id, Bucket(LETTER_BYTES, now))
        bucket.must_not_be_empty(now, "bytes that cannot be read")
        bucket.left -= size

    def _is_token(self, secret: str, digest: str) -> bool:
        if digest in self._tokens:
            return True
        try:
            actor = self._actor_of_token(secret)
        except Refused as refused:
            if refused.code != "not_signed_in":
                raise
            return False
        actor.must_be_allowed_to(Permission.SEND_SIGNALS)
        self._tokens.add(digest)
        return True

    def _looked_up(self, digest: str) -> SourceRow:
        """A source that was made a moment ago by another process."""
        with self._ledger.read() as rows:
            source = tables.source_by_key_digest(rows, digest)
            if source is None:
                raise Refused("not_signed_in", "This is the key of no source, and no API token.")
            self.refresh(rows)
        return source
